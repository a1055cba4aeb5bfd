package dev.muster.worker.http;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of one answer after another in the bytes of a connection. It does no more than that
 * needs, and leaves to Netty's decoder, in {@link OddAnswer}, what is not as nearly all answers are.
 * For one thread.
 */
final class AnswerFramer {

  /** What the bytes so far make. */
  enum Progress {
    /** A part of an answer. */
    PART,
    /** A whole answer. */
    WHOLE,
    /** No answer. */
    NONE
  }

  private enum State {
    HEAD, LENGTH, CHUNKS, UNTIL_CLOSE, ODD
  }

  /** A longer head goes to Netty, which knows limits and does not begin again with each piece. */
  private static final int HEAD_MAX = 8 * 1024;

  private final AnswerHead head = new AnswerHead();
  private State state = State.HEAD;
  private byte @Nullable [] held;
  private @Nullable ChunkedBody chunks;
  private @Nullable OddAnswer odd;
  private @Nullable KeptBody kept;
  private long left;
  private long bodyBytes;
  private boolean leavesOpen;

  /** What comes next is a new answer; {@code keepsBody}: its body will be asked for. */
  void begin(boolean keepsBody) {
    state = State.HEAD;
    held = null;
    chunks = null;
    kept = keepsBody ? new KeptBody() : null;
    close();
  }

  /** The status of the answer that is whole. */
  int status() {
    return odd == null ? head.status() : odd.status();
  }

  /** The length of its body, without what a transfer coding adds. */
  long bodyBytes() {
    return odd == null ? bodyBytes : odd.bodyBytes();
  }

  /** Its body, or null when none is kept. */
  @Nullable
  KeptBody body() {
    return kept;
  }

  /** Whether the target lets the connection stay open, and nothing has come behind the answer. */
  boolean leavesOpen() {
    return odd == null ? leavesOpen : odd.leavesOpen();
  }

  /** Reads on, in the bytes from {@code from} to below {@code to} of a little-endian buffer. */
  Progress read(ByteBuffer bytes, int from, int to) {
    return switch (state) {
      case HEAD -> readHead(bytes, from, to);
      case LENGTH -> {
        int part = (int) Math.min(left, to - from);
        left -= part;
        readContent(bytes, from, part);
        yield left > 0 ? Progress.PART : whole(from + part, to);
      }
      case CHUNKS -> readChunks(bytes, from, to);
      case UNTIL_CLOSE -> {
        readContent(bytes, from, to - from);
        yield Progress.PART;
      }
      case ODD -> readOdd(bytes, from, to);
    };
  }

  /** The connection has ended; whether that makes the answer whole. */
  boolean endsWell() {
    return state == State.UNTIL_CLOSE || (odd != null && odd.endsWell());
  }

  /** Gives back what an answer still holds. */
  void close() {
    if (odd != null) {
      odd.close();
      odd = null;
    }
  }

  private Progress readHead(ByteBuffer bytes, int from, int to) {
    byte[] before = held;
    if (before != null) {
      byte[] joined = Arrays.copyOf(before, before.length + to - from);
      bytes.get(from, joined, before.length, to - from);
      held = null;
      return readHead(
          ByteBuffer.wrap(joined).order(ByteOrder.LITTLE_ENDIAN), 0, joined.length);
    }
    int body = head.parse(bytes, from, to);
    if (body == AnswerHead.INCOMPLETE && to - from <= HEAD_MAX) {
      byte[] part = new byte[to - from];
      bytes.get(from, part);
      held = part;
      return Progress.PART;
    }
    if (body < 0 || body - from > HEAD_MAX) {
      state = State.ODD;
      return readOdd(bytes, from, to);
    }
    bodyBytes = 0;
    leavesOpen = head.keepsAlive();
    if (head.isChunked()) {
      state = State.CHUNKS;
    } else if (head.length() >= 0) {
      state = State.LENGTH;
      left = head.length();
    } else {
      state = State.UNTIL_CLOSE;
      leavesOpen = false;
    }
    return read(bytes, body, to);
  }

  private void readContent(ByteBuffer bytes, int from, int count) {
    bodyBytes += count;
    if (kept != null) {
      kept.add(bytes, from, count);
    }
  }

  private Progress readChunks(ByteBuffer bytes, int from, int to) {
    ChunkedBody body = chunks;
    if (body == null) {
      body = new ChunkedBody();
      chunks = body;
    }
    int end = body.read(bytes, from, to, kept);
    bodyBytes = body.length();
    if (end >= 0) {
      return whole(end, to);
    }
    return end == ChunkedBody.INCOMPLETE ? Progress.PART : Progress.NONE;
  }

  private Progress whole(int end, int to) {
    leavesOpen &= end == to;
    return Progress.WHOLE;
  }

  private Progress readOdd(ByteBuffer bytes, int from, int to) {
    OddAnswer answer = odd;
    if (answer == null) {
      answer = new OddAnswer(kept);
      odd = answer;
    }
    return answer.read(bytes, from, to);
  }
}
