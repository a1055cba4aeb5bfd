package dev.muster.worker.health;

import java.util.concurrent.locks.LockSupport;

/**
 * Notices when the whole process stands still, for whatever reason: a thread that only sleeps tells
 * how much too late it woke. After jHiccup, and airlift's PauseMeter.
 */
final class HiccupMeter implements AutoCloseable {

  private static final long SLEEP_NANOS = 10_000_000;

  private final Pauses pauses;
  private final Thread thread;

  /** Measures until it is closed; tells {@code pauses}. */
  HiccupMeter(Pauses pauses) {
    this.pauses = pauses;
    this.thread = Thread.ofPlatform().daemon().name("hiccup-meter").start(this::measure);
  }

  private void measure() {
    long before = System.nanoTime();
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(SLEEP_NANOS);
      long now = System.nanoTime();
      pauses.add(now, now - before - SLEEP_NANOS);
      before = now;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
