package dev.muster.worker.http;

import dev.muster.worker.engine.Exchange;
import dev.muster.worker.engine.FailureKind;
import dev.muster.worker.engine.Requester;
import org.jspecify.annotations.Nullable;

/** Sends the requests of one event loop in some version of HTTP. For the event loop's thread. */
interface LoopRequester extends Requester {

  /** Who wants to know how requests end, and connections begin; the event loop that drives the engine. */
  interface Ends extends Wire.Openings {

    /** The first byte of {@code exchange} has been written, after a wait for its connection. */
    void written(Exchange exchange, long nowNanos);

    /** {@code refusal}: the word for why the answer is none that was hoped for, or null. */
    void answered(Exchange exchange, @Nullable String refusal, long bodyBytes);

    void failed(Exchange exchange, FailureKind kind);
  }

  /** The engine sends nothing more for now: what was kept to be written at once is written. */
  void flush();

  /** Closes every connection. */
  void close();
}
