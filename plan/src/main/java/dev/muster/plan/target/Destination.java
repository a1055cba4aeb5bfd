package dev.muster.plan.target;

import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The host and port that a plan's target names, before anything is looked up.
 *
 * @param host a name in small letters without a dot at its end, or an address without brackets
 * @param port 1 … 65535, that of the scheme where the target names none
 */
public record Destination(String host, int port) {

  /** What {@code target}, an address of http or https, names. */
  public static Destination of(URI target) {
    // Brackets belong to an IPv6 address in a URI only.
    String host = target.getHost().replaceAll("^\\[|]$", "");
    int port = target.getPort() >= 0
        ? target.getPort()
        : target.getScheme().equals("https") ? 443 : 80;
    return new Destination(plain(host), port);
  }

  /** The address that it is; null where it is a name. */
  public @Nullable InetAddress literal() {
    return literal(host);
  }

  /** Whether it is a name that every resolver answers with loopback (RFC 6761, 6.3). */
  public boolean isLoopbackName() {
    return host.equals("localhost") || host.endsWith(".localhost");
  }

  /** As a rule that allows it is written. */
  public String text() {
    return text(host, port);
  }

  static String text(String host, int port) {
    String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == AllowedTargets.ANY_PORT ? host : bracketed + ":" + port;
  }

  /** One spelling of a name, so that two of them are one name where DNS says so. */
  static String plain(String host) {
    String small = host.toLowerCase(Locale.ROOT);
    return small.endsWith(".") ? small.substring(0, small.length() - 1) : small;
  }

  static @Nullable InetAddress literal(String host) {
    if (!host.matches("[0-9.]+") && host.indexOf(':') < 0) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
