package dev.muster.worker.http;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory that all connections of one event loop read into and write from, one after another. Its
 * thread's alone.
 */
final class LoopBuffers {

  private static final int IN_BYTES = 64 * 1024;

  private final ByteBuffer in = direct(IN_BYTES);
  private final ByteBuffer out;

  /** @param longestRequest the bytes of the longest request that is written from here */
  LoopBuffers(int longestRequest) {
    out = direct(longestRequest);
  }

  private static ByteBuffer direct(int bytes) {
    // Little-endian, as AnswerFramer looks at eight bytes at a time.
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  ByteBuffer in() {
    return in;
  }

  ByteBuffer out() {
    return out;
  }
}
