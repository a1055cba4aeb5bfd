package dev.muster.target.lambda;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Where a gateway and one function's process meet: events in one direction, responses in the other,
 * one at a time. Safe for use by many threads.
 */
final class Seat {
  private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
  // Empty when there will be no more.
  private final BlockingQueue<Optional<Invocation>> next = new LinkedBlockingQueue<>();
  private @Nullable Invocation current;
  private long invocations;
  private @Nullable String over;

  /** An event on its way through the function. */
  static final class Invocation {
    private final String id;
    private final byte[] event;
    private final CompletableFuture<byte[]> response = new CompletableFuture<>();

    private Invocation(String id, byte[] event) {
      this.id = id;
      this.event = event;
    }

    /** The function's word for it. */
    String id() {
      return id;
    }

    /** Not to be written to. */
    byte[] event() {
      return event;
    }
  }

  /** Completes when the function asks for its first event, fails when it never will. */
  CompletableFuture<@Nullable Void> ready() {
    return ready;
  }

  /** Gives the function an event; the response, or a failure whose message says why. */
  synchronized CompletableFuture<byte[]> give(byte[] event) {
    if (over != null) {
      return CompletableFuture.failedFuture(new IllegalStateException(over));
    }
    invocations++;
    var invocation = new Invocation(Long.toString(invocations), event);
    current = invocation;
    next.add(Optional.of(invocation));
    return invocation.response;
  }

  /** The function's next event, waited for; empty when there will be none. */
  Optional<Invocation> take() throws InterruptedException {
    ready.complete(null);
    return next.take();
  }

  /** The function has answered the invocation of this name; one that nobody waits for is ignored. */
  synchronized void answer(String id, byte[] response) {
    if (current != null && current.id.equals(id)) {
      current.response.complete(response);
      current = null;
    }
  }

  /** Nothing more will come from the function. */
  synchronized void end(String reason) {
    over = reason;
    var failure = new IllegalStateException(reason);
    ready.completeExceptionally(failure);
    next.add(Optional.empty());
    if (current != null) {
      current.response.completeExceptionally(failure);
      current = null;
    }
  }
}
