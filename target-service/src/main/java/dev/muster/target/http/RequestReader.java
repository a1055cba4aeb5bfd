package dev.muster.target.http;

import static dev.muster.target.http.RequestHead.malformed;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one connection into requests. However the bytes are cut on their way, the requests
 * are the same. It holds back what comes after the request that is asked for, which a codec in the
 * pipeline would not, and refuses a body as soon as it is announced too long. For one thread.
 */
final class RequestReader {
  /** The longest first line, in bytes. */
  static final int MAX_FIRST_LINE = 8_192;

  /** The most bytes that all headers, and all trailers, may have. */
  static final int MAX_HEADERS = 16_384;

  /** The longest body, in bytes. */
  static final int MAX_BODY = 65_536;

  private static final byte[] NONE = {};
  private static final int MAX_CHUNK_LINE = 256;

  private byte[] bytes = NONE;
  private int at;
  private Part part = Part.FIRST_LINE;
  private RequestHead head = new RequestHead();
  private int headerBytes;
  private int bodyBytes;
  private int toSkip;
  private boolean continueSaid;

  // The line that was found last, without its line break; `at` is after that.
  private int lineStart;
  private int lineEnd;

  private enum Part {
    FIRST_LINE, HEADERS, BODY, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILERS
  }

  /** Adds bytes to those that are not yet read; they belong to the reader from now on. */
  void offer(byte[] more) {
    if (at == bytes.length) {
      bytes = more;
    } else {
      int left = bytes.length - at;
      byte[] joined = Arrays.copyOfRange(bytes, at, bytes.length + more.length);
      System.arraycopy(more, 0, joined, left, more.length);
      bytes = joined;
    }
    at = 0;
  }

  /** Whether anything was offered that belongs to no whole request so far. */
  boolean hasPart() {
    return part != Part.FIRST_LINE || at < bytes.length;
  }

  /** Whether the client now waits to be told to go on; true once for each request. */
  boolean mustSayContinue() {
    boolean must = !continueSaid && (part == Part.BODY || part == Part.CHUNK_SIZE)
        && head.wantsContinue() && at == bytes.length;
    continueSaid |= must;
    return must;
  }

  /**
   * The next request with its body read and dropped, or null as long as it is not whole.
   *
   * @throws RefusedException if it cannot be taken; ask no more then
   */
  @Nullable
  RequestHead next() throws RefusedException {
    while (true) {
      switch (part) {
        case FIRST_LINE -> {
          if (!findLine(MAX_FIRST_LINE, 414, "the first line of the request is too long")) {
            return null;
          }
          // An empty line before a request is left over from clients that end their bodies with one.
          if (lineEnd > lineStart) {
            head.firstLine(bytes, lineStart, lineEnd);
            part = Part.HEADERS;
          }
        }
        case HEADERS -> {
          if (!findHeader()) {
            return null;
          }
          if (lineEnd > lineStart) {
            head.field(bytes, lineStart, lineEnd);
          } else {
            head.end();
            toSkip = Math.max(0, head.bodyLength());
            part = head.bodyLength() == RequestHead.CHUNKED ? Part.CHUNK_SIZE : Part.BODY;
          }
        }
        case BODY -> {
          if (!skip()) {
            return null;
          }
          return whole();
        }
        case CHUNK_SIZE -> {
          if (!findLine(MAX_CHUNK_LINE, 400, "the size of a chunk is too long")) {
            return null;
          }
          beginChunk();
        }
        case CHUNK -> {
          if (!skip()) {
            return null;
          }
          part = Part.CHUNK_END;
        }
        case CHUNK_END -> {
          if (bytes.length - at < 2) {
            return null;
          }
          if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
            throw malformed("a chunk is longer than was said");
          }
          at += 2;
          part = Part.CHUNK_SIZE;
        }
        case TRAILERS -> {
          if (!findHeader()) {
            return null;
          }
          if (lineEnd == lineStart) {
            return whole();
          }
          new RequestHead().field(bytes, lineStart, lineEnd);
        }
      }
    }
  }

  // The next line ends with the next line feed, at most `longest` bytes away.
  private boolean findLine(int longest, int status, String reason) throws RefusedException {
    int limit = (int) Math.min(bytes.length, (long) at + longest + 2);
    for (int i = at; i < limit; i++) {
      if (bytes[i] == '\n') {
        lineStart = at;
        lineEnd = i > at && bytes[i - 1] == '\r' ? i - 1 : i;
        at = i + 1;
        return true;
      }
    }
    if (bytes.length - at >= longest + 2) {
      throw new RefusedException(status, reason);
    }
    return false;
  }

  private boolean findHeader() throws RefusedException {
    if (!findLine(MAX_HEADERS - headerBytes, 431, "the headers of the request are too long")) {
      return false;
    }
    headerBytes += lineEnd - lineStart;
    return true;
  }

  private void beginChunk() throws RefusedException {
    // A line feed alone ends no line here: a proxy could have taken it for part of an extension.
    if (at - lineEnd != 2) {
      throw malformed("the size of a chunk does not end its line");
    }
    String line = new String(bytes, lineStart, lineEnd - lineStart, StandardCharsets.ISO_8859_1);
    int extension = line.indexOf(';');
    toSkip = number(extension < 0 ? line : line.substring(0, extension), 16);
    bodyBytes = withinBody((long) bodyBytes + toSkip);
    headerBytes = 0;
    part = toSkip == 0 ? Part.TRAILERS : Part.CHUNK;
  }

  private boolean skip() {
    int some = Math.min(toSkip, bytes.length - at);
    at += some;
    toSkip -= some;
    return toSkip == 0;
  }

  private RequestHead whole() {
    var whole = head;
    head = new RequestHead();
    part = Part.FIRST_LINE;
    headerBytes = 0;
    bodyBytes = 0;
    continueSaid = false;
    return whole;
  }

  /** The length of a body or chunk, written in this radix. */
  static int number(String text, int radix) throws RefusedException {
    long number = text.isEmpty() ? -1 : 0;
    for (int i = 0; i < text.length() && number >= 0; i++) {
      // Character.digit alone takes the digits of every script.
      int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), radix) : -1;
      number = digit < 0 ? -1 : Math.min(number * radix + digit, Integer.MAX_VALUE);
    }
    if (number < 0) {
      throw malformed("the length of its body is not a number");
    }
    return withinBody(number);
  }

  private static int withinBody(long length) throws RefusedException {
    if (length > MAX_BODY) {
      throw new RefusedException(413, "a body has at most " + MAX_BODY + " bytes");
    }
    return (int) length;
  }
}
