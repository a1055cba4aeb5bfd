package dev.muster.coordinator.rpc;

import java.time.Duration;

/**
 * The clock of all waits. It goes only as far as all that had come by then has been dealt with: nobody is
 * silent whose words wait in this process, be it in a queue, a stream or a socket, for want of a core. So it
 * is behind while the coordinator is, and stands still while that does. For one thread.
 */
final class WaitClock {

  private static final long ASK_EVERY_NANOS = Duration.ofMillis(50).toNanos();

  /** By more it never goes on at once: a stream that was held back brings its messages one after another. */
  private static final long LONGEST_STEP_NANOS = Duration.ofSeconds(1).toNanos();

  private long nanos;
  private long caughtUpNanos;
  private long askedNanos;
  private boolean asked;

  /** @param nanoTime by {@link System#nanoTime}, as everywhere here */
  WaitClock(long nanoTime) {
    caughtUpNanos = nanoTime;
    askedNanos = nanoTime - ASK_EVERY_NANOS;
  }

  /** What it shows. */
  long nanos() {
    return nanos;
  }

  /** Whether it is time to ask for word that all has come and is dealt with that came until now. */
  boolean asks(long nanoTime) {
    if (asked || nanoTime - askedNanos < ASK_EVERY_NANOS) {
      return false;
    }
    asked = true;
    askedNanos = nanoTime;
    return true;
  }

  /** That word: all is dealt with that had come when it was asked for. */
  void caughtUp() {
    asked = false;
    nanos += Math.min(askedNanos - caughtUpNanos, LONGEST_STEP_NANOS);
    caughtUpNanos = askedNanos;
  }
}
