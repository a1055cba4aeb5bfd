package dev.muster.worker.http;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a connection of HTTP/2 has to say, in the memory of its event loop, so that one
 * system call says it: the next requests of all whose answers came together. It is one connection's
 * at a time. For the event loop's thread.
 */
@SuppressWarnings("ReferenceEquality") // a wire equals no other
final class Outbox {

  private final ByteBuffer out;
  private @Nullable Wire wire;
  private int length;

  /** @param buffers of the event loop, from which wires write */
  Outbox(LoopBuffers buffers) {
    this.out = buffers.out();
  }

  /**
   * Makes room for {@code bytes} more, to be said through {@code next}, and returns where it
   * begins; what is put there counts with {@link #added}. What others had to say is written before.
   */
  int room(Wire next, int bytes) {
    while (length > 0 && (wire != next || length + bytes > out.capacity())) {
      boolean _ = flush();
    }
    wire = next;
    return length;
  }

  /** The memory in which there is room; little-endian. */
  ByteBuffer bytes() {
    return out;
  }

  /** The room is filled to below {@code end}. */
  void added(int end) {
    length = end;
  }

  /** What {@code gone} had to say is said no more. */
  void forget(Wire gone) {
    if (wire == gone) {
      wire = null;
      length = 0;
    }
  }

  /**
   * Writes all there is. Who hears of a failure may add to it again.
   *
   * @return what {@link Wire#write} has last returned
   */
  boolean flush() {
    boolean opening = false;
    while (length > 0 && wire != null) {
      Wire full = wire;
      int count = length;
      wire = null;
      length = 0;
      opening = full.write(count);
    }
    return opening;
  }
}
