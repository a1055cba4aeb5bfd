package dev.muster.worker.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header blocks of answers (RFC 7541), one after another, and knows of the last one what
 * counts: its status and the length that it tells. Targets are told to keep no table of headers, so
 * a block means the same whatever came before it, and one reader does for all connections of an
 * event loop. It steps over what nearly all blocks are made of, and leaves to Netty's decoder what
 * is otherwise. For one thread.
 */
final class HeaderBlocks {

  /** Instead of a status: there is none, or the block is none of an answer. */
  static final int MALFORMED = -1;

  /** Instead of a length: none is told. */
  static final long UNKNOWN = -1;

  private static final long HEADERS_MAX = 256 * 1024;

  /** "From here on the table has room for nothing." */
  private static final byte NO_TABLE = 0x20;

  /** The places of the static table that are looked at (RFC 7541, appendix A). */
  private static final int STATUS_FROM = 8;

  private static final int[] STATUSES = {200, 204, 206, 304, 400, 404, 500};
  private static final int PSEUDO_LAST = 14;
  private static final int CONTENT_LENGTH = 28;
  private static final int STATIC_LAST = 61;

  /** So many digits cannot overflow. */
  private static final int DIGITS_MAX = 18;

  private static final String LENGTH_NAME = "content-length";

  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true,
      HEADERS_MAX);

  private int status;
  private long length;

  /** Where the number or text that was read last ends; −1 where it goes beyond the block. */
  private int next;

  HeaderBlocks() {
    try {
      decoder.configuration().maxHeaderTableSize(0);
    } catch (Http2Exception e) {
      throw new IllegalStateException("a table may be empty", e);
    }
  }

  /** The status in the last block, or {@link #MALFORMED}. */
  int status() {
    return status;
  }

  /** The length of the body as the last block tells it, or {@link #UNKNOWN}. */
  long length() {
    return length;
  }

  /**
   * Reads the block in the bytes from {@code from} to below {@code to}.
   *
   * @throws Http2Exception if it cannot be decoded, so that the connection is of no more use
   */
  void read(ByteBuffer bytes, int from, int to) throws Http2Exception {
    length = UNKNOWN;
    int at = from;
    while (at < to && bytes.get(at) == NO_TABLE) {
      at++;
    }
    if (!skim(bytes, at, to)) {
      decode(bytes, at, to);
    }
  }

  /** Reads a block that is as nearly all are; false where it is not. */
  private boolean skim(ByteBuffer bytes, int from, int to) {
    int at = skimStatus(bytes, from, to);
    while (at >= 0 && at < to) {
      int first = bytes.get(at) & 0xff;
      if (first >= 0x80) {
        int place = number(bytes, at, to, 0x7f);
        if (place <= PSEUDO_LAST || place > STATIC_LAST) {
          return false;
        }
        at = next;
      } else {
        at = skimLiteral(bytes, at, to, first);
      }
    }
    return at == to;
  }

  private int skimStatus(ByteBuffer bytes, int from, int to) {
    if (from >= to) {
      return -1;
    }
    int first = bytes.get(from) & 0xff;
    int place = first - 0x80 - STATUS_FROM;
    if (place >= 0 && place < STATUSES.length) {
      status = STATUSES[place];
      return from + 1;
    }
    // A literal that is named by the table, of any of the three kinds.
    if (first != (0x40 | STATUS_FROM) && first != STATUS_FROM && first != (0x10 | STATUS_FROM)) {
      return -1;
    }
    long value = digits(bytes, from + 1, to);
    status = (int) value;
    return value >= 100 && value <= 999 ? next : -1;
  }

  private int skimLiteral(ByteBuffer bytes, int from, int to, int first) {
    if ((first & 0xe0) == 0x20) {
      return -1;
    }
    int name = number(bytes, from, to, first >= 0x40 ? 0x3f : 0x0f);
    if (next < 0 || name > STATIC_LAST || (name > 0 && name <= PSEUDO_LAST)) {
      return -1;
    }
    if (name == 0) {
      skipText(bytes, next, to);
    } else if (name == CONTENT_LENGTH) {
      length = digits(bytes, next, to);
      return length < 0 ? -1 : next;
    }
    if (next >= 0) {
      skipText(bytes, next, to);
    }
    return next;
  }

  private void skipText(ByteBuffer bytes, int from, int to) {
    int count = from < to ? number(bytes, from, to, 0x7f) : 0;
    next = from >= to || next < 0 || count > to - next ? -1 : next + count;
  }

  /** A number whose first byte has room in {@code mask} (RFC 7541, 5.1). */
  private int number(ByteBuffer bytes, int from, int to, int mask) {
    int value = bytes.get(from) & mask;
    next = from + 1;
    if (value < mask) {
      return value;
    }
    for (int shift = 0; shift <= 14 && next < to; shift += 7) {
      int more = bytes.get(next++);
      value += (more & 0x7f) << shift;
      if (more >= 0) {
        return value;
      }
    }
    next = -1;
    return 0;
  }

  /** The number that a text of digits is; −1 where it is another text. */
  private long digits(ByteBuffer bytes, int from, int to) {
    boolean coded = from < to && bytes.get(from) < 0;
    skipText(bytes, from, to);
    int end = next;
    if (end < 0) {
      return -1;
    }
    // A length of one byte, as 18 digits need no more.
    int at = from + 1;
    if (end == at || end - at > DIGITS_MAX) {
      return -1;
    }
    return coded ? codedDigits(bytes, at, end) : plainDigits(bytes, at, end);
  }

  private static long plainDigits(ByteBuffer bytes, int from, int to) {
    long value = 0;
    for (int at = from; at < to; at++) {
      int digit = bytes.get(at) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** In Huffman's code 0, 1 and 2 have five bits, and 3 to 9 six, from 011001 on (RFC 7541, B). */
  private static long codedDigits(ByteBuffer bytes, int from, int to) {
    long value = 0;
    int count = 0;
    int bits = 0;
    int held = 0;
    int at = from;
    while (true) {
      while (held < 6 && at < to) {
        bits = ((bits & 0xff) << 8) | (bytes.get(at++) & 0xff);
        held += 8;
      }
      int rest = bits & ((1 << held) - 1);
      if (held < 8 && at == to && rest == (1 << held) - 1) {
        return count == 0 ? -1 : value;
      }
      if (held < 5 || count == DIGITS_MAX) {
        return -1;
      }
      int digit = rest >>> (held - 5);
      held -= 5;
      if (digit > 2) {
        if (held < 1) {
          return -1;
        }
        held--;
        digit = (rest >>> held) - 0x19 + 3;
        if (digit < 3 || digit > 9) {
          return -1;
        }
      }
      value = value * 10 + digit;
      count++;
    }
  }

  private void decode(ByteBuffer bytes, int from, int to) throws Http2Exception {
    status = MALFORMED;
    length = UNKNOWN;
    // Netty wants to hear in every block what we allow, as it takes each for a connection's first.
    byte[] block = new byte[1 + to - from];
    block[0] = NO_TABLE;
    bytes.get(from, block, 1, to - from);
    ByteBuf wrapped = Unpooled.wrappedBuffer(block);
    try {
      Http2Headers headers = decoder.decodeHeaders(1, wrapped);
      CharSequence told = headers.get(LENGTH_NAME);
      length = told == null ? UNKNOWN : number(told);
      long code = number(headers.status());
      if (code >= 100 && code <= 999 && (told == null || length >= 0)) {
        status = (int) code;
      }
    } catch (Http2Exception e) {
      if (!Http2Exception.isStreamError(e)) {
        throw e.error() == Http2Error.COMPRESSION_ERROR
            ? e
            : Http2Exception.connectionError(Http2Error.COMPRESSION_ERROR, e, "no header block");
      }
    }
  }

  /** The number that {@code text} is; negative where it is none. */
  private static long number(@Nullable CharSequence text) {
    String digits = text == null ? "" : text.toString();
    return digits.length() <= DIGITS_MAX && digits.matches("[0-9]+")
        ? Long.parseLong(digits)
        : MALFORMED;
  }
}
