package dev.muster.worker.http;

import dev.muster.worker.engine.FailureKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/** Somebody who has come to a {@link StandIn}. For its event loop's thread. */
final class Guest implements Wire.Reader {

  /** What a guest speaks, and how it is answered. Each has one of its own. */
  interface Speech {

    /**
     * Answers the messages that are whole among the bytes of {@code bytes}, which is little-endian, from
     * {@code from} to below {@code to}.
     *
     * @return where what has not been understood yet begins; it comes again, with more behind it
     */
    int hear(ByteBuffer bytes, int from, int to, Guest guest);
  }

  /** No message of a worker's has a beginning that is longer than this. */
  private static final int MOST_BEGUN = 128 * 1024;

  private static final byte[] NOTHING = {};

  private final LoopBuffers buffers;
  private final Speech speech;
  private final Consumer<Guest> gone;
  private final Wire wire;

  /** What has come of a message that is not whole. */
  private byte[] begun = NOTHING;

  /** How much of the loop's buffer is answered and not written yet. */
  private int answered;
  private boolean leaves;

  /**
   * @param buffers from which the wire writes
   * @param gone hears when it has left
   * @throws IOException if there is no wire after all
   */
  Guest(Wire.Unread wire, LoopBuffers buffers, Speech speech, Consumer<Guest> gone)
      throws IOException {
    this.buffers = buffers;
    this.speech = speech;
    this.gone = gone;
    this.wire = wire.readBy(this);
  }

  /** Answers with {@code bytes}, which are shorter than the loop's buffer, when all that came is heard. */
  void answer(byte[] bytes) {
    if (answered + bytes.length > buffers.out().capacity()) {
      flush();
    }
    buffers.out().put(answered, bytes);
    answered += bytes.length;
  }

  /** Closes the connection behind the last answer. */
  void leave() {
    leaves = true;
  }

  private void flush() {
    int length = answered;
    answered = 0;
    if (length > 0) {
      boolean _ = wire.write(length);
    }
  }

  @Override
  public void received(ByteBuffer bytes, int from, int to) {
    byte[] before = begun;
    if (before.length == 0) {
      hear(bytes, from, to);
    } else {
      byte[] joined = Arrays.copyOf(before, before.length + to - from);
      bytes.get(from, joined, before.length, to - from);
      hear(ByteBuffer.wrap(joined).order(ByteOrder.LITTLE_ENDIAN), 0, joined.length);
    }
  }

  private void hear(ByteBuffer bytes, int from, int to) {
    int heard = speech.hear(bytes, from, to, this);
    begun = heard == to ? NOTHING : new byte[to - heard];
    bytes.get(heard, begun);
    flush();
    if (leaves || begun.length > MOST_BEGUN) {
      close();
    }
  }

  @Override
  public void opened(long nowNanos) {
    // It has come, so it is.
  }

  @Override
  public void drained() {
    // What came has been answered.
  }

  @Override
  public void ended() {
    close();
  }

  @Override
  public void broke(FailureKind kind) {
    gone.accept(this);
  }

  /** Shows it out. */
  void close() {
    wire.close();
    gone.accept(this);
  }
}
