package dev.muster.worker.http;

import dev.muster.plan.Precision;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChanges;
import dev.muster.worker.engine.Exchange;
import dev.muster.worker.engine.FailureKind;
import dev.muster.worker.engine.LoadEngine;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A load engine on a Netty event loop: brings it the time, and wakes it when it wants to be. After
 * construction, for the event loop's thread, save where a method says otherwise.
 */
final class LoadLoop implements LoopRequester.Ends {

  /**
   * How far apart wake-ups are at least, where a plan asks for no precision. What is due meanwhile
   * is done together: what a request costs a loop that is not busy is mostly being woken for it.
   */
  private static final long LEAST_SLEEP_NANOS = 1_000_000;

  /**
   * The same with precision: less than what a wake-up itself is late by, so that it matters only to
   * loads of which more than one is due in that time.
   */
  private static final long LEAST_SLEEP_NANOS_WITH_PRECISION = 40_000;

  /** Who stands still for so long may have been given up: its lanes may be somebody else's by now. */
  private static final long STOOD_STILL_NANOS = 2_000_000_000;

  /** How long it then waits, so that it hears of that before it sends. */
  private static final long LISTEN_NANOS = 500_000_000;

  private static final long PUBLISH_NANOS = 100_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(LoadLoop.class);

  private final EventLoop loop;
  private final long leastSleepNanos;
  private final LoadEngine engine;
  private final LoopRequester requester;
  private @Nullable ScheduledFuture<?> wake;
  private long wakeNanos = Long.MAX_VALUE;
  private long wokenNanos = System.nanoTime();
  private long notBeforeNanos = wokenNanos;
  private long publishedNanos = wokenNanos;
  private volatile Progress progress = new Progress(0, 0, 0);

  /**
   * @param precision how closely the engine's schedule is followed
   * @param requester makes the loop's requester, which is told to bring its ends here
   * @param engine makes the engine from the requester
   */
  LoadLoop(
      EventLoop loop,
      Precision precision,
      Function<LoopRequester.Ends, LoopRequester> requester,
      Function<LoopRequester, LoadEngine> engine) {
    this.loop = loop;
    this.leastSleepNanos = precision == Precision.HIGH
        ? LEAST_SLEEP_NANOS_WITH_PRECISION
        : LEAST_SLEEP_NANOS;
    this.requester = requester.apply(this);
    this.engine = engine.apply(this.requester);
  }

  /** Begins to follow the engine's schedule. From any thread. */
  void start() {
    loop.execute(this::schedule);
  }

  /** See {@link LoadEngine#take}. From any thread. */
  void take(List<LaneState> lanes) {
    interrupt(now -> engine.take(lanes, now));
  }

  /** See {@link LoadEngine#letGo}. From any thread. */
  void letGo(List<Integer> lanes, boolean atOnce) {
    int[] numbers = lanes.stream().mapToInt(Integer::intValue).toArray();
    interrupt(now -> engine.letGo(numbers, atOnce, now));
  }

  /** See {@link LoadEngine#change}. From any thread. */
  void change(LoadChanges changes) {
    interrupt(now -> engine.change(changes, now));
  }

  /** Ends the load; see {@link LoadEngine#stop}. From any thread. */
  void stop(long drainNanos) {
    interrupt(now -> engine.stop(drainNanos, now));
  }

  /** Has the engine do something else than what its schedule says, which may change that. */
  private void interrupt(LongConsumer change) {
    loop.execute(() -> {
      change.accept(System.nanoTime());
      requester.flush();
      settle();
    });
  }

  /** How far it is. From any thread; up to {@value #PUBLISH_NANOS} ns old. */
  Progress progress() {
    return progress;
  }

  /** Closes the loop's connections, then does {@code after} on the loop's thread. From any thread. */
  void close(Runnable after) {
    loop.execute(() -> {
      cancelWake();
      requester.close();
      after.run();
    });
  }

  @Override
  public void connected(long beganNanos, long nowNanos) {
    engine.connected(beganNanos, nowNanos);
  }

  @Override
  public void secured(long beganNanos, long nowNanos) {
    engine.secured(beganNanos, nowNanos);
  }

  @Override
  public void written(Exchange exchange, long nowNanos) {
    engine.written(exchange, nowNanos);
  }

  @Override
  public void answered(Exchange exchange, @Nullable String refusal, long bodyBytes) {
    engine.answered(exchange, refusal, bodyBytes, System.nanoTime());
    settle();
  }

  @Override
  public void failed(Exchange exchange, FailureKind kind) {
    engine.failed(exchange, kind, System.nanoTime());
    settle();
  }

  private void wake() {
    long wanted = wakeNanos;
    wake = null;
    wakeNanos = Long.MAX_VALUE;
    wokenNanos = System.nanoTime();
    if (wokenNanos - wanted > STOOD_STILL_NANOS) {
      notBeforeNanos = wokenNanos + LISTEN_NANOS;
      schedule();
      return;
    }
    try {
      engine.advance(wokenNanos);
      requester.flush();
      // What is still due goes on after a look at the sockets: answers free connections for it.
      notBeforeNanos = engine.nextNanos() <= wokenNanos
          ? wokenNanos
          : wokenNanos + leastSleepNanos;
      settle();
    } catch (RuntimeException e) {
      // Netty keeps what a timer throws to itself, and without this wake the load stands still.
      LOG.error("The load stands still, as the worker met a defect of its own", e);
      throw e;
    }
  }

  private void settle() {
    if (wokenNanos - publishedNanos >= PUBLISH_NANOS || engine.isOver()) {
      publishedNanos = wokenNanos;
      progress = new Progress(
          engine.running(), engine.sent(), engine.sent() - engine.inFlight());
    }
    schedule();
  }

  /** Sees to it that the loop wakes when the engine next wants it to. */
  private void schedule() {
    long next = Math.max(engine.nextNanos(), notBeforeNanos);
    if (next >= wakeNanos || engine.isOver()) {
      return;
    }
    cancelWake();
    wakeNanos = next;
    wake = loop.schedule(this::wake, next - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private void cancelWake() {
    if (wake != null) {
      wake.cancel(false);
      wake = null;
    }
    wakeNanos = Long.MAX_VALUE;
  }
}
