package dev.muster.worker.health;

import java.util.ArrayDeque;

/**
 * Stretches of time in which something stood still, each kept until it is asked for, once. What a
 * stall held up is measured when it is over, so each counts at its end. For any thread.
 */
public final class Pauses {

  /** Shorter ones are the ordinary unrest of timers, and not kept. */
  private static final long LEAST_NANOS = 1_000_000;

  private static final long LONG_NANOS = 20_000_000;

  /** More than a tick can have; beyond it the oldest go. */
  private static final int MOST = 10_000;

  private record Pause(long endNanos, long nanos) {}

  /**
   * Some pauses, in nanoseconds.
   *
   * @param totalNanos all of them together
   * @param longNanos those of 20 ms or more together: as late as makes a run DEGRADED
   * @param longestNanos the longest of them
   */
  public record Sum(long totalNanos, long longNanos, long longestNanos) {}

  private final ArrayDeque<Pause> waiting = new ArrayDeque<>();
  private final long sinceNanos;

  /**
   * Keeps pauses that end at {@code sinceNanos} or later.
   *
   * @param sinceNanos on the scale of {@link System#nanoTime}, as all instants here
   */
  public Pauses(long sinceNanos) {
    this.sinceNanos = sinceNanos;
  }

  /** Takes note of a pause; any length is allowed, also a negative one, and less than 1 ms ignored. */
  public void add(long endNanos, long nanos) {
    if (nanos >= LEAST_NANOS && endNanos - sinceNanos >= 0) {
      keep(new Pause(endNanos, nanos));
    }
  }

  private synchronized void keep(Pause pause) {
    if (waiting.size() == MOST) {
      waiting.removeFirst();
    }
    waiting.addLast(pause);
  }

  /** The sum of those that ended before {@code untilNanos}; they are not told again. */
  public synchronized Sum take(long untilNanos) {
    long total = 0;
    long ofLong = 0;
    long longest = 0;
    for (var pauses = waiting.iterator(); pauses.hasNext();) {
      Pause pause = pauses.next();
      if (pause.endNanos() - untilNanos < 0) {
        total += pause.nanos();
        ofLong += pause.nanos() >= LONG_NANOS ? pause.nanos() : 0;
        longest = Math.max(longest, pause.nanos());
        pauses.remove();
      }
    }
    return new Sum(total, ofLong, longest);
  }
}
