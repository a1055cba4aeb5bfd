package dev.muster.plan.target;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/** How far away an address can be, by its number alone (RFC 6890). */
public enum Reach {
  /** This machine itself. */
  LOOPBACK("loopback"),
  /** The link that a machine is on; clouds serve credentials there. */
  LINK_LOCAL("link-local"),
  /** No one host: unspecified, multicast, broadcast, or reserved. */
  NOBODY("no address of one host"),
  /** A network of one's own. */
  PRIVATE("private"),
  /** Anywhere else. */
  PUBLIC("public");

  /** Where AWS serves credentials over IPv6, in a network that is else private. */
  private static final byte[] EC2_METADATA = {
      (byte) 0xfd, 0x00, 0x0e, (byte) 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54};

  /** What NAT64 carries to the address of version 4 in the last four bytes (RFC 6052). */
  private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

  private final String word;

  Reach(String word) {
    this.word = word;
  }

  /** As it stands in a sentence: "it is …". */
  public String word() {
    return word;
  }

  /** The reach of {@code address}; one that carries an address of version 4 has the reach of that. */
  public static Reach of(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return ofVersion4(bytes);
    }
    if (startsWith(bytes, NAT64) || carriesVersion4(address)) {
      return ofVersion4(Arrays.copyOfRange(bytes, 12, 16));
    }
    if (startsWith(bytes, new byte[]{0x20, 0x02})) {
      // 6to4 (RFC 3056).
      return ofVersion4(Arrays.copyOfRange(bytes, 2, 6));
    }
    if (address.isLoopbackAddress()) {
      return LOOPBACK;
    }
    if (address.isLinkLocalAddress() || Arrays.equals(bytes, EC2_METADATA)) {
      return LINK_LOCAL;
    }
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      return NOBODY;
    }
    return address.isSiteLocalAddress() || (bytes[0] & 0xfe) == 0xfc ? PRIVATE : PUBLIC;
  }

  /** Of the deprecated form ::a.b.c.d (RFC 4291, 2.5.5.1), of which loopback is none. */
  private static boolean carriesVersion4(InetAddress address) {
    return address instanceof Inet6Address six && six.isIPv4CompatibleAddress()
        && !six.isLoopbackAddress() && !six.isAnyLocalAddress();
  }

  private static Reach ofVersion4(byte[] bytes) {
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    return switch (first) {
      case 0 -> NOBODY;
      case 127 -> LOOPBACK;
      case 10 -> PRIVATE;
      case 100 -> (second & 0xc0) == 64 ? PRIVATE : PUBLIC;
      case 169 -> second == 254 ? LINK_LOCAL : PUBLIC;
      case 172 -> (second & 0xf0) == 16 ? PRIVATE : PUBLIC;
      case 192 -> second == 168 ? PRIVATE : PUBLIC;
      default -> first >= 224 ? NOBODY : PUBLIC;
    };
  }

  private static boolean startsWith(byte[] bytes, byte[] with) {
    return Arrays.equals(bytes, 0, with.length, with, 0, with.length);
  }
}
