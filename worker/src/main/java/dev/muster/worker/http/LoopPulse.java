package dev.muster.worker.http;

import dev.muster.worker.health.Pauses;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Notices when an event loop stands still, be it at one long turn or for want of a core: it asks to be
 * woken again and again, and takes note of how late that is. Who waits for an answer then waits as
 * long, which no measurement of the load itself would tell.
 */
final class LoopPulse {

  private static final long PERIOD_NANOS = 10_000_000;

  private final List<ScheduledFuture<?>> beats = new ArrayList<>();

  /** Beats in each of {@code loops} and tells {@code stalls}, until it is ended. */
  LoopPulse(Iterable<EventExecutor> loops, Pauses stalls) {
    for (EventExecutor loop : loops) {
      beats.add(
          loop.scheduleWithFixedDelay(
              new Beat(stalls), PERIOD_NANOS, PERIOD_NANOS, TimeUnit.NANOSECONDS));
    }
  }

  /** Ends it. From any thread. */
  void end() {
    beats.forEach(beat -> beat.cancel(false));
  }

  /** After construction, for its event loop's thread. */
  private static final class Beat implements Runnable {

    private final Pauses stalls;
    private long beforeNanos = System.nanoTime();

    Beat(Pauses stalls) {
      this.stalls = stalls;
    }

    @Override
    public void run() {
      long now = System.nanoTime();
      stalls.add(now, now - beforeNanos - PERIOD_NANOS);
      beforeNanos = now;
    }
  }
}
