package dev.muster.plan.target;

import java.net.InetAddress;
import java.util.regex.Pattern;

/** One rule that allows targets, by their name or by their address. */
sealed interface AllowedRule {

  /** Each label of a name, and not too long. */
  Pattern NAME = Pattern.compile(
      "(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");

  /** The port that it allows, or {@link AllowedTargets#ANY_PORT}. */
  int port();

  /** As a person writes it. */
  String text();

  /** A host by its name. */
  record Name(String host, int port) implements AllowedRule {

    @Override
    public String text() {
      return Destination.text(host, port);
    }
  }

  /** The addresses that begin with the first {@code bits} bits of {@code first}. */
  record Network(InetAddress first, int bits, int port) implements AllowedRule {

    boolean contains(InetAddress address) {
      byte[] ours = first.getAddress();
      byte[] theirs = address.getAddress();
      if (ours.length != theirs.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >>> (bit & 7);
        if (((ours[bit >>> 3] ^ theirs[bit >>> 3]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String text() {
      boolean one = bits == 8 * first.getAddress().length;
      return Destination.text(one ? first.getHostAddress() : first.getHostAddress() + "/" + bits,
          port);
    }
  }

  /**
   * Reads {@code host}, {@code host:port}, {@code address/bits} or {@code address/bits:port}; an IPv6
   * address stands in brackets where a port follows.
   *
   * @throws IllegalArgumentException if it is none of these, as a sentence without a full stop
   */
  static AllowedRule parse(String text) {
    String host = text.strip();
    String port = "";
    if (host.contains("://")) {
      throw wrong(text,
          "is an address of the web; write its host and port alone, such as shop.example:80");
    }
    if (host.startsWith("[")) {
      int close = host.indexOf(']');
      String after = close < 0 ? "?" : host.substring(close + 1);
      if (!after.isEmpty() && !after.startsWith(":")) {
        throw wrong(text, "is no address in brackets; expected such as [::1]:8080");
      }
      port = after;
      host = host.substring(1, close);
    } else if (host.indexOf('/') >= 0) {
      int colon = host.indexOf(':', host.indexOf('/'));
      port = colon < 0 ? "" : host.substring(colon);
      host = colon < 0 ? host : host.substring(0, colon);
    } else if (host.indexOf(':') == host.lastIndexOf(':') && host.indexOf(':') >= 0) {
      port = host.substring(host.indexOf(':'));
      host = host.substring(0, host.indexOf(':'));
    }
    int number = port.isEmpty() ? AllowedTargets.ANY_PORT : port(port.substring(1), text);
    int slash = host.indexOf('/');
    return slash < 0
        ? host(host, number, text)
        : network(host.substring(0, slash), host.substring(slash + 1), number, text);
  }

  private static AllowedRule host(String host, int port, String text) {
    InetAddress literal = Destination.literal(host);
    if (literal != null) {
      return new Network(literal, 8 * literal.getAddress().length, port);
    }
    String name = Destination.plain(host);
    if (host.indexOf('*') >= 0) {
      throw wrong(text,
          "has a '*', which stands for nothing; allow each host, or a network such as 10.0.0.0/8");
    }
    if (name.matches("[0-9.]*") || !NAME.matcher(name).matches()) {
      throw wrong(text,
          "is no host; expected such as shop.example:80, 10.0.0.7:8080 or 10.0.0.0/8");
    }
    return new Name(name, port);
  }

  private static AllowedRule network(String host, String bits, int port, String text) {
    InetAddress first = Destination.literal(host);
    if (first == null) {
      throw wrong(text, "is no network; expected such as 10.0.0.0/8 or fd00::/8");
    }
    int most = 8 * first.getAddress().length;
    if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > most) {
      throw wrong(text, "has no number of bits behind '/'; expected 0 to " + most);
    }
    return new Network(first, Integer.parseInt(bits), port);
  }

  private static int port(String digits, String text) {
    int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
    if (port < 1 || port > 65_535) {
      throw wrong(text, "has no port behind ':'; expected 1 to 65535");
    }
    return port;
  }

  private static IllegalArgumentException wrong(String text, String why) {
    String shown = text.length() <= 100 ? text : text.substring(0, 100) + "…";
    return new IllegalArgumentException("'" + shown + "' " + why);
  }
}
