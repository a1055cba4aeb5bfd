package dev.muster.coordinator.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.Semaphore;

/**
 * A stream of messages that waits for its reader, so that a large file is never all in memory. Made on
 * the call's own thread, used by one other that may block.
 */
final class Pieces<T> {

  private final ServerCallStreamObserver<T> out;
  private final Semaphore changes = new Semaphore(0);

  Pieces(ServerCallStreamObserver<T> out) {
    this.out = out;
    out.setOnReadyHandler(changes::release);
    out.setOnCancelHandler(changes::release);
  }

  /** Sends when the reader is ready; does nothing when it has gone. */
  void send(T message) throws InterruptedException {
    while (!out.isReady() && !out.isCancelled()) {
      changes.acquire();
    }
    if (!out.isCancelled()) {
      out.onNext(message);
    }
  }

  void end() {
    if (!out.isCancelled()) {
      out.onCompleted();
    }
  }
}
