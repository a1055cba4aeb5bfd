package dev.muster.worker.http;

import dev.muster.worker.engine.FailureKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A way for bytes to the target and back. For its event loop's thread. */
interface Wire {

  /** Opens the wires of one event loop. */
  interface Opener {

    /**
     * Begins to open a wire to {@code address}, of which {@code reader} hears.
     *
     * @throws IOException if no socket could be had, or none that leads there
     */
    Wire open(InetSocketAddress address, Reader reader) throws IOException;
  }

  /** A wire of which nobody hears yet: of somebody who has come, or one that is about to be opened. */
  interface Unread {

    /**
     * Lets {@code reader} hear of it, at the earliest when this has returned.
     *
     * @throws IOException if there is none after all; what there was of it is closed
     */
    Wire readBy(Reader reader) throws IOException;
  }

  /** Hears how the wires of an event loop are opened, on its thread; instants of {@link System#nanoTime}. */
  interface Openings {

    /** The connection that was begun at {@code beganNanos} is there. */
    void connected(long beganNanos, long nowNanos);

    /** The handshake of TLS that was begun at {@code beganNanos} has succeeded. */
    void secured(long beganNanos, long nowNanos);

    /** Where nobody asks. */
    Openings NOBODY = new Openings() {
      @Override
      public void connected(long beganNanos, long nowNanos) {}

      @Override
      public void secured(long beganNanos, long nowNanos) {}
    };
  }

  /** Hears of a wire, on its event loop's thread, until it closes it. */
  interface Reader {

    /** The wire is open, and the first byte of what was given to it has been written. */
    void opened(long nowNanos);

    /**
     * Bytes have come: those of {@code bytes}, which is little-endian, from {@code from} to below
     * {@code to}, whatever its position and limit. They are gone when this returns.
     */
    void received(ByteBuffer bytes, int from, int to);

    /** Nothing more is there to be received now. */
    void drained();

    /** The target sends nothing more. */
    void ended();

    /** The wire could not be opened, or has broken; it is closed. */
    void broke(FailureKind kind);
  }

  /**
   * Writes the first {@code length} bytes of the event loop's {@link LoopBuffers#out}, and keeps what
   * cannot be written yet, behind what it has kept before. What goes wrong is told to the reader,
   * perhaps before this returns. When it is closed, nothing is written.
   *
   * @return whether it is still being opened; then {@link Reader#opened} follows, which of a new wire
   *     is called in any case, perhaps before this returns
   */
  boolean write(int length);

  /** Whether it is open and has nothing left to write. */
  boolean isReady();

  /** Closes it; its reader hears no more. */
  void close();
}
