package dev.muster.target.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The first line and the headers of one request, taken in line by line. Only what decides about the
 * connection and the body is kept of the headers. What is open to two readings is refused, so that
 * nobody in front of this server can have read it otherwise.
 */
final class RequestHead {
  /** The length of a body in chunks, unknown until the last of them. */
  static final int CHUNKED = -1;

  private static final boolean[] TOKEN = tokens();
  private static final byte[] COMMON_VERSION = "HTTP/1.1".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION_LENGTH = COMMON_VERSION.length;

  private String method = "";
  private String target = "";
  private int minorVersion;
  private int bodyLength;
  private boolean lengthGiven;
  private boolean hostGiven;
  private boolean closeAsked;
  private boolean keepAsked;
  private boolean continueAsked;

  /** Such as {@code GET}. */
  String method() {
    return method;
  }

  /** Path and query as they were sent, each byte one character. */
  String target() {
    return target;
  }

  /** In bytes, or {@link #CHUNKED}. */
  int bodyLength() {
    return bodyLength;
  }

  /** Whether the client speaks HTTP/1.0. */
  boolean isOld() {
    return minorVersion == 0;
  }

  /** Whether the client would have its connection kept. */
  boolean wantsKeeping() {
    return !closeAsked && (!isOld() || keepAsked);
  }

  /** Whether the client waits for a word before it sends the body. */
  boolean wantsContinue() {
    return continueAsked && !isOld() && bodyLength != 0;
  }

  /** Takes the request's first line, which stands in {@code from … to}, in. */
  void firstLine(byte[] bytes, int from, int to) throws RefusedException {
    int afterMethod = indexOf(' ', bytes, from, to);
    int beforeVersion = to - VERSION_LENGTH - 1;
    if (afterMethod <= from || beforeVersion <= afterMethod || bytes[beforeVersion] != ' '
        || !areTokens(bytes, from, afterMethod)
        || !isVisible(bytes, afterMethod + 1, beforeVersion)) {
      throw malformed("its first line is not METHOD TARGET HTTP/1.1");
    }
    minorVersion = minorVersion(bytes, beforeVersion + 1);
    method = text(bytes, from, afterMethod);
    target = originForm(text(bytes, afterMethod + 1, beforeVersion));
  }

  /** Takes one header in. */
  void field(byte[] bytes, int from, int to) throws RefusedException {
    int colon = indexOf(':', bytes, from, to);
    if (colon <= from || !areTokens(bytes, from, colon)) {
      throw malformed("a header is not NAME: VALUE");
    }
    for (int at = colon + 1; at < to; at++) {
      if (isControl(bytes[at]) && bytes[at] != '\t') {
        throw malformed("a header holds a control character");
      }
    }
    // The length is told first, as text is made only of the five names that matter.
    switch (colon - from) {
      case 4, 6, 10, 14, 17 -> known(text(bytes, from, colon).toLowerCase(Locale.ROOT),
          text(bytes, colon + 1, to).strip());
      default -> {
      }
    }
  }

  /** All headers are in. */
  void end() throws RefusedException {
    if (!hostGiven && !isOld()) {
      throw malformed("it has no Host header");
    }
    if (bodyLength == CHUNKED && (lengthGiven || isOld())) {
      throw malformed("a body in chunks goes with HTTP/1.1 and without Content-Length");
    }
  }

  static RefusedException malformed(String reason) {
    return new RefusedException(400, "the request cannot be read: " + reason);
  }

  private void known(String name, String value) throws RefusedException {
    switch (name) {
      case "host" -> {
        if (hostGiven) {
          throw malformed("it has more than one Host header");
        }
        hostGiven = true;
      }
      case "connection" -> {
        for (String word : value.toLowerCase(Locale.ROOT).split(",", -1)) {
          closeAsked |= word.strip().equals("close");
          keepAsked |= word.strip().equals("keep-alive");
        }
      }
      case "expect" -> {
        if (!value.equalsIgnoreCase("100-continue")) {
          throw new RefusedException(417, "only 100-continue can be expected");
        }
        continueAsked = true;
      }
      case "content-length" -> {
        if (lengthGiven) {
          throw malformed("it has more than one Content-Length header");
        }
        lengthGiven = true;
        int length = RequestReader.number(value, 10);
        bodyLength = bodyLength == CHUNKED ? CHUNKED : length;
      }
      case "transfer-encoding" -> {
        if (bodyLength == CHUNKED) {
          throw malformed("it has more than one Transfer-Encoding header");
        }
        if (!value.equalsIgnoreCase("chunked")) {
          throw new RefusedException(501, "only chunked is known as a transfer encoding");
        }
        bodyLength = CHUNKED;
      }
      default -> {
      }
    }
  }

  // What a client sends to a proxy is the same question with the server's own name before it.
  private static String originForm(String target) {
    if (!target.regionMatches(true, 0, "http://", 0, "http://".length())) {
      return target;
    }
    int path = target.indexOf('/', "http://".length());
    return path < 0 ? "/" : target.substring(path);
  }

  private static int minorVersion(byte[] bytes, int from) throws RefusedException {
    int to = from + VERSION_LENGTH;
    if (Arrays.equals(bytes, from, to, COMMON_VERSION, 0, VERSION_LENGTH)) {
      return 1;
    }
    String version = text(bytes, from, to);
    if (!version.matches("HTTP/\\d\\.\\d")) {
      throw malformed("its first line is not METHOD TARGET HTTP/1.1");
    }
    if (version.charAt("HTTP/".length()) != '1') {
      throw new RefusedException(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    }
    return version.charAt(VERSION_LENGTH - 1) - '0';
  }

  private static boolean areTokens(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (bytes[at] < 0 || !TOKEN[bytes[at]]) {
        return false;
      }
    }
    return true;
  }

  private static boolean[] tokens() {
    var tokens = new boolean[128];
    ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" + "!#$%&'*+-.^_`|~")
        .chars()
        .forEach(c -> tokens[c] = true);
    return tokens;
  }

  private static boolean isVisible(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (isControl(bytes[at]) || bytes[at] == ' ') {
        return false;
      }
    }
    return true;
  }

  // Bytes from 0x80 on are negative here. They mean nothing to us, but are no danger either.
  private static boolean isControl(byte b) {
    return (b >= 0 && b < ' ') || b == 0x7f;
  }

  private static int indexOf(char wanted, byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (bytes[at] == wanted) {
        return at;
      }
    }
    return -1;
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
