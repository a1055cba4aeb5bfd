package dev.muster.worker.http;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of a body that comes in chunks (RFC 9112, 7.1), wherever its bytes are cut, as strictly
 * as Netty does. Extensions and trailers are read over. For one thread.
 */
final class ChunkedBody {

  /** Instead of a position: the body goes on beyond the bytes. */
  static final int INCOMPLETE = -1;

  /** Instead of a position: this is no body in chunks. */
  static final int BROKEN = -2;

  private enum State {
    SIZE, EXTENSION, SIZE_LF, BYTES, BYTES_CR, BYTES_LF, LAST_LINES, TRAILER_NAME, TRAILER, TRAILER_LF, END_LF
  }

  /** So many hexadecimal digits cannot overflow. */
  private static final int DIGITS_MAX = 15;

  /** Bytes of extensions and trailers of one body; nobody needs more. */
  private static final int ASIDE_MAX = 64 * 1024;

  private State state = State.SIZE;
  private long left;
  private int digits;
  private int aside;
  private long length;

  /** The bytes of the chunks so far. */
  long length() {
    return length;
  }

  /**
   * Reads on, in the bytes from {@code from} to below {@code to}.
   *
   * @param kept takes what the chunks hold, or null
   * @return where what follows the body begins, or {@link #INCOMPLETE} or {@link #BROKEN}
   */
  int read(ByteBuffer bytes, int from, int to, @Nullable KeptBody kept) {
    int at = from;
    while (at < to) {
      if (state == State.BYTES) {
        int part = (int) Math.min(left, to - at);
        if (kept != null) {
          kept.add(bytes, at, part);
        }
        left -= part;
        length += part;
        at += part;
        if (left == 0) {
          state = State.BYTES_CR;
        }
        continue;
      }
      byte character = bytes.get(at++);
      if (state == State.END_LF && character == '\n') {
        return at;
      }
      State next = after(character);
      if (next == null) {
        return BROKEN;
      }
      state = next;
    }
    return INCOMPLETE;
  }

  /** The state after a byte that belongs to no chunk's content; null when it may not stand there. */
  private @Nullable State after(byte character) {
    return switch (state) {
      case SIZE -> afterSize(character);
      case EXTENSION -> character == '\r' ? State.SIZE_LF : aside(character, State.EXTENSION);
      case SIZE_LF -> character != '\n' ? null : left > 0 ? State.BYTES : State.LAST_LINES;
      case BYTES_CR -> character == '\r' ? State.BYTES_LF : null;
      case BYTES_LF -> {
        digits = 0;
        left = 0;
        yield character == '\n' ? State.SIZE : null;
      }
      case LAST_LINES -> character == '\r' ? State.END_LF : afterName(character, false);
      case TRAILER_NAME -> afterName(character, true);
      case TRAILER -> character == '\r' ? State.TRAILER_LF : afterValue(character);
      case TRAILER_LF -> character == '\n' ? State.LAST_LINES : null;
      case BYTES, END_LF -> null;
    };
  }

  private @Nullable State afterSize(byte character) {
    int digit = Character.digit(character, 16);
    if (digit >= 0) {
      left = left << 4 | digit;
      return ++digits > DIGITS_MAX ? null : State.SIZE;
    }
    if (digits == 0) {
      return null;
    }
    return switch (character) {
      case '\r' -> State.SIZE_LF;
      case ';' -> aside(character, State.EXTENSION);
      default -> null;
    };
  }

  private @Nullable State afterName(byte character, boolean hasName) {
    if (character == ':' && hasName) {
      return aside(character, State.TRAILER);
    }
    return AnswerHead.mayStandInName(character) ? aside(character, State.TRAILER_NAME) : null;
  }

  private @Nullable State afterValue(byte character) {
    boolean isControl = character == 0x7f
        || (character >= 0 && character < ' ' && character != '\t');
    return isControl ? null : aside(character, State.TRAILER);
  }

  private @Nullable State aside(byte character, State next) {
    boolean fits = character != '\n' && ++aside <= ASIDE_MAX;
    return fits ? next : null;
  }
}
