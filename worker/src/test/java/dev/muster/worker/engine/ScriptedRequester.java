package dev.muster.worker.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;

/** A target in simulated time: each request gets the reply that a script says. */
final class ScriptedRequester implements Requester {

  /** A request as it left the engine; instants on the engine's scale. */
  record Sent(long user, long iteration, int request, long dueNanos, long beganNanos) {}

  private record Happening(long atNanos, long order, long number, int slot, Runnable what) {}

  private final Function<Sent, Reply> script;
  private final PriorityQueue<Happening> happenings = new PriorityQueue<>(
      Comparator.comparingLong(Happening::atNanos).thenComparingLong(Happening::order));
  private final List<Sent> sent = new ArrayList<>();
  private final List<Integer> rests = new ArrayList<>();

  /** By slot: which of the requests sent is in flight, or −1. */
  private long[] inFlight;

  private LoadEngine engine;
  private long order;
  private long now;

  @SuppressWarnings("NullAway") // The engine and its requester know each other.
  ScriptedRequester(int slots, Function<Sent, Reply> script) {
    this.script = script;
    this.inFlight = new long[slots];
    this.engine = null;
  }

  void answerTo(LoadEngine receiver) {
    engine = receiver;
  }

  List<Sent> sent() {
    return sent;
  }

  /** The slots of the users that were said to rest, in order. */
  List<Integer> rests() {
    return rests;
  }

  long nextNanos() {
    return happenings.isEmpty() ? Long.MAX_VALUE : happenings.peek().atNanos();
  }

  /** Lets the next thing happen, which may have been meant to do so earlier. */
  void happen(long nowNanos) {
    now = nowNanos;
    Happening next = happenings.remove();
    if (inFlight[next.slot()] == next.number()) {
      next.what().run();
    }
  }

  void bring(long nowNanos) {
    now = nowNanos;
  }

  @Override
  public boolean send(Exchange exchange) {
    var request = new Sent(
        exchange.userNumber(), exchange.iteration(), exchange.request(), exchange.dueNanos(),
        exchange.beganNanos());
    sent.add(request);
    if (exchange.slot() >= inFlight.length) {
      inFlight = Arrays.copyOf(inFlight, 2 * exchange.slot() + 1);
    }
    inFlight[exchange.slot()] = sent.size();
    return follow(script.apply(request), exchange);
  }

  private boolean follow(Reply reply, Exchange exchange) {
    switch (reply) {
      case Reply.Silence() -> {
      }
      case Reply.Answer(long after, int status) -> later(after, exchange, () -> {
        inFlight[exchange.slot()] = -1;
        engine.answered(exchange, status < 400 ? null : "status_" + status, 10, now);
      });
      case Reply.Failure(long after, FailureKind kind) ->
        later(after, exchange, () -> fail(exchange, kind));
      case Reply.FailureAtOnce(FailureKind kind) -> fail(exchange, kind);
      case Reply.AfterConnect(long after, Reply reply2) -> {
        long began = now;
        later(after, exchange, () -> {
          engine.connected(began, now);
          engine.written(exchange, now);
          var _ = follow(reply2, exchange);
        });
        return true;
      }
    }
    return false;
  }

  private void fail(Exchange exchange, FailureKind kind) {
    inFlight[exchange.slot()] = -1;
    engine.failed(exchange, kind, now);
  }

  private void later(long nanos, Exchange exchange, Runnable what) {
    happenings.add(
        new Happening(now + nanos, order++, inFlight[exchange.slot()], exchange.slot(), what));
  }

  @Override
  public void abandon(Exchange exchange) {
    if (inFlight[exchange.slot()] < 0) {
      throw new IllegalStateException("nothing of user " + exchange.userNumber() + " to abandon");
    }
    inFlight[exchange.slot()] = -1;
  }

  @Override
  public void rest(int slot) {
    rests.add(slot);
  }
}
