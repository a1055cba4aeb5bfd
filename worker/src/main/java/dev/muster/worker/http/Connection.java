package dev.muster.worker.http;

import dev.muster.worker.engine.Exchange;
import dev.muster.worker.engine.FailureKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection and the exchange that is on it, one at a time. It tells its owner when an answer is
 * whole or can no longer become so. For its event loop's thread.
 */
final class Connection implements Wire.Reader {

  /** Who uses a connection. */
  interface Owner {

    /** The first byte of {@code exchange} has been written to a new connection. */
    void written(Exchange exchange, long nowNanos);

    /**
     * A whole answer has come, which {@code answer} tells of until the connection is used again.
     * {@code reusable}: both sides let it stay open.
     */
    void answered(
        Connection connection, Exchange exchange, AnswerFramer answer, boolean reusable);

    /** The exchange cannot end well any more; the connection is of no more use. */
    void failed(Exchange exchange, FailureKind kind);
  }

  private final Owner owner;
  private final Wire wire;
  private final AnswerFramer framer = new AnswerFramer();
  private @Nullable Exchange exchange;

  /**
   * Begins to open a connection to {@code address}.
   *
   * @throws IOException if no socket could be had
   */
  Connection(Owner owner, Wire.Opener opener, InetSocketAddress address) throws IOException {
    this.owner = owner;
    this.wire = opener.open(address, this);
  }

  /** Whether a request can be sent on it. */
  boolean isIdle() {
    return exchange == null && wire.isReady();
  }

  /**
   * Sends the request of {@code next}, the first {@code length} bytes of the event loop's {@link
   * LoopBuffers#out}, at once or when it is open. Its owner may hear of an end before this returns.
   *
   * @param keepsBody whether the answer's body will be asked for
   * @return whether it is still being opened
   */
  boolean send(Exchange next, int length, boolean keepsBody) {
    exchange = next;
    framer.begin(keepsBody);
    return wire.write(length);
  }

  /** Closes the connection; whatever still comes is of no interest. */
  void close() {
    exchange = null;
    framer.close();
    wire.close();
  }

  @Override
  public void opened(long nowNanos) {
    if (exchange != null) {
      owner.written(exchange, nowNanos);
    }
  }

  @Override
  public void received(ByteBuffer bytes, int from, int to) {
    if (exchange == null) {
      // An answer to nothing: whatever else is on the wire cannot be trusted.
      close();
      return;
    }
    switch (framer.read(bytes, from, to)) {
      case PART -> {
        if (!exchange.isAnswering()) {
          exchange.answerBegan(System.nanoTime());
        }
      }
      case WHOLE -> answered(framer.leavesOpen() && wire.isReady());
      case NONE -> broke(FailureKind.BAD_RESPONSE);
    }
  }

  private void answered(boolean reusable) {
    Exchange ended = exchange;
    if (ended != null) {
      exchange = null;
      owner.answered(this, ended, framer, reusable);
    }
  }

  @Override
  public void drained() {
    // An answer ends where it says, not where bytes do.
  }

  @Override
  public void ended() {
    if (exchange != null && framer.endsWell()) {
      answered(false);
    } else {
      broke(FailureKind.CLOSED_EARLY);
    }
  }

  @Override
  public void broke(FailureKind kind) {
    Exchange ended = exchange;
    close();
    if (ended != null) {
      owner.failed(ended, kind);
    }
  }
}
