package dev.muster.worker.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads the heads of answers, one after another, and knows of the last one what tells its end. It
 * takes only what nearly every head is: HTTP/1.1, a final status, whole lines, one length or the
 * coding {@code chunked} (RFC 9112, sections 4 to 6). For one thread.
 */
final class AnswerHead {

  /** Instead of a position: the head goes on beyond the bytes. */
  static final int INCOMPLETE = -1;

  /** Instead of a position: not such a head, though it may be one that HTTP allows. */
  static final int UNUSUAL = -2;

  /** So many digits cannot overflow. */
  private static final int DIGITS_MAX = 18;

  private static final byte[] VERSION = ascii("HTTP/1.1 ");
  private static final byte[] CONTENT_LENGTH = ascii("content-length");
  private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
  private static final byte[] CONNECTION = ascii("connection");
  private static final byte[] CHUNKED = ascii("chunked");
  private static final byte[] CLOSE = ascii("close");
  private static final byte[] KEEP_ALIVE = ascii("keep-alive");

  /** Which of the characters of ASCII may stand in a header's name (RFC 9110, 5.6.2). */
  private static final boolean[] TOKEN = tokenCharacters();

  private int status;
  private boolean chunked;
  private boolean keepAlive;
  private long length;

  /** The status, 200 … 999. */
  int status() {
    return status;
  }

  /** Whether the body comes in chunks. */
  boolean isChunked() {
    return chunked;
  }

  /** The length of the body where it is told, else −1; 0 where a status allows none. */
  long length() {
    return length;
  }

  /** Whether the target lets the connection stay open. */
  boolean keepsAlive() {
    return keepAlive;
  }

  /**
   * Reads a head in the bytes from {@code from} to below {@code to} of a little-endian buffer.
   *
   * @return where its body begins, or {@link #INCOMPLETE} or {@link #UNUSUAL}
   */
  int parse(ByteBuffer bytes, int from, int to) {
    int line = parseStatusLine(bytes, from, to);
    chunked = false;
    keepAlive = true;
    length = -1;
    while (line >= 0) {
      if (line == to) {
        return INCOMPLETE;
      }
      if (bytes.get(line) == '\r') {
        if (status == 204 || status == 304) {
          chunked = false;
          length = 0;
        }
        return nextLine(bytes, line, to);
      }
      line = parseHeader(bytes, line, to);
    }
    return line;
  }

  private int parseStatusLine(ByteBuffer bytes, int from, int to) {
    for (int i = 0; i < VERSION.length; i++) {
      if (from + i == to) {
        return INCOMPLETE;
      }
      if (bytes.get(from + i) != VERSION[i]) {
        return UNUSUAL;
      }
    }
    int code = from + VERSION.length;
    if (to - code < 4) {
      return INCOMPLETE;
    }
    int hundreds = bytes.get(code) - '0';
    int tens = bytes.get(code + 1) - '0';
    int ones = bytes.get(code + 2) - '0';
    byte after = bytes.get(code + 3);
    // What precedes an answer, such as 103 Early Hints, is unusual too.
    if (hundreds < 2 || hundreds > 9 || tens < 0 || tens > 9 || ones < 0 || ones > 9
        || (after != ' ' && after != '\r')) {
      return UNUSUAL;
    }
    status = 100 * hundreds + 10 * tens + ones;
    return nextLine(bytes, code + 3, to);
  }

  /** Reads a header; returns where the next line begins, or why there is none. */
  private int parseHeader(ByteBuffer bytes, int line, int to) {
    int colon = line;
    for (; colon < to; colon++) {
      byte character = bytes.get(colon);
      if (character == ':') {
        break;
      }
      if (!mayStandInName(character)) {
        return UNUSUAL;
      }
    }
    int next = colon == to ? INCOMPLETE : nextLine(bytes, colon + 1, to);
    if (next < 0) {
      return next;
    }
    int name = colon - line;
    boolean fits = true;
    if (name == CONNECTION.length && is(CONNECTION, bytes, line, colon)) {
      fits = parseConnection(bytes, colon + 1, next - 2);
    } else if (name == CONTENT_LENGTH.length && is(CONTENT_LENGTH, bytes, line, colon)) {
      fits = parseLength(bytes, colon + 1, next - 2);
    } else if (name == TRANSFER_ENCODING.length && is(TRANSFER_ENCODING, bytes, line, colon)) {
      fits = parseCoding(bytes, colon + 1, next - 2);
    } else if (name == 0) {
      fits = false;
    }
    return fits ? next : UNUSUAL;
  }

  private boolean parseConnection(ByteBuffer bytes, int from, int to) {
    int first = skipSpaces(bytes, from, to);
    int last = stripSpaces(bytes, first, to);
    if (is(CLOSE, bytes, first, last)) {
      keepAlive = false;
      return true;
    }
    return is(KEEP_ALIVE, bytes, first, last);
  }

  private boolean parseLength(ByteBuffer bytes, int from, int to) {
    int first = skipSpaces(bytes, from, to);
    int last = stripSpaces(bytes, first, to);
    // Two lengths, or a length and chunks, are for Netty to make sense of.
    if (length >= 0 || chunked || first == last || last - first > DIGITS_MAX) {
      return false;
    }
    long value = 0;
    for (int at = first; at < last; at++) {
      int digit = bytes.get(at) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      value = 10 * value + digit;
    }
    length = value;
    return true;
  }

  private boolean parseCoding(ByteBuffer bytes, int from, int to) {
    int first = skipSpaces(bytes, from, to);
    int last = stripSpaces(bytes, first, to);
    boolean fits = length < 0 && !chunked && is(CHUNKED, bytes, first, last);
    chunked = fits;
    return fits;
  }

  /** Whether {@code word}, of small letters and hyphens, stands there, in capitals or not. */
  private static boolean is(byte[] word, ByteBuffer bytes, int from, int to) {
    if (to - from != word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if ((bytes.get(from + i) | 0x20) != word[i]) {
        return false;
      }
    }
    return true;
  }

  private static int skipSpaces(ByteBuffer bytes, int from, int to) {
    int at = from;
    while (at < to && bytes.get(at) == ' ') {
      at++;
    }
    return at;
  }

  private static int stripSpaces(ByteBuffer bytes, int from, int to) {
    int at = to;
    while (at > from && bytes.get(at - 1) == ' ') {
      at--;
    }
    return at;
  }

  /**
   * Where the line after that of {@code from} begins, or why there is none. Eight bytes are looked at
   * together for a control character: subtracting from each of them sets the highest bit of those
   * below, and the lowest bit so set is right (Anderson, Bit Twiddling Hacks, "a byte less than n"; 0x7f
   * is the one that is 0 when its bits are turned).
   */
  private static int nextLine(ByteBuffer bytes, int from, int to) {
    int at = from;
    for (; at + 8 <= to; at += 8) {
      long word = bytes.getLong(at);
      long turned = word ^ 0x7f7f7f7f7f7f7f7fL;
      long below = (word - 0x2020202020202020L) & ~word;
      long deletes = (turned - 0x0101010101010101L) & ~turned;
      long controls = (below | deletes) & 0x8080808080808080L;
      if (controls != 0) {
        return endsLine(bytes, at + (Long.numberOfTrailingZeros(controls) >>> 3), to);
      }
    }
    for (; at < to; at++) {
      byte character = bytes.get(at);
      if (character == 0x7f || (character >= 0 && character < 0x20)) {
        return endsLine(bytes, at, to);
      }
    }
    return INCOMPLETE;
  }

  /** Only CR LF ends a line; a lone one of them, and other control characters, are unusual. */
  private static int endsLine(ByteBuffer bytes, int control, int to) {
    if (bytes.get(control) != '\r') {
      return UNUSUAL;
    }
    if (control + 1 == to) {
      return INCOMPLETE;
    }
    return bytes.get(control + 1) == '\n' ? control + 2 : UNUSUAL;
  }

  /** Whether {@code character} may stand in the name of a header or trailer. */
  static boolean mayStandInName(byte character) {
    return character >= 0 && TOKEN[character];
  }

  private static boolean[] tokenCharacters() {
    var token = new boolean[128];
    String others = "!#$%&'*+-.^_`|~";
    for (char c = 0; c < 128; c++) {
      token[c] = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
          || others.indexOf(c) >= 0;
    }
    return token;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
