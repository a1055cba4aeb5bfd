package dev.muster.worker.record;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.HdrHistogram.Histogram;

/**
 * Histograms of microseconds, used again and again: one fills while another travels. All have the
 * same range, 1 µs to 1 h with three digits, so that they add up bucket by bucket. For any thread.
 */
public final class Histograms {

  /** The largest time told from larger ones: one hour, in microseconds. */
  public static final long MAX_MICROS = 3_600_000_000L;

  private static final int DIGITS = 3;

  private final ConcurrentLinkedQueue<Histogram> free = new ConcurrentLinkedQueue<>();

  /** An empty histogram, the caller's until it gives it back. */
  public Histogram take() {
    Histogram histogram = free.poll();
    return histogram == null ? new Histogram(1, MAX_MICROS, DIGITS) : histogram;
  }

  /** Gives back a histogram that nobody uses any more. */
  public void giveBack(Histogram histogram) {
    histogram.reset();
    free.add(histogram);
  }

  /** Counts {@code nanos} in {@code histogram}, rounded to microseconds and kept in its range. */
  static void record(Histogram histogram, long nanos) {
    long micros = (nanos + 500) / 1_000;
    histogram.recordValue(Math.clamp(micros, 1, MAX_MICROS));
  }
}
