package dev.muster.coordinator.merge;

import java.util.Arrays;
import org.HdrHistogram.Histogram;

/**
 * The sum of many histograms of times, bucket by bucket, as {@link SeriesTimes} has them. It takes no
 * more memory than the longest time in it needs, however much is added. For one thread.
 *
 * <p>Buckets are HdrHistogram's: one for each microsecond below 2,048, then 1,024 for each doubling, up
 * to the one that holds {@link SeriesTimes#MAX_MICROS}. So bucket {@code b} of 2,048 and more begins at
 * {@code (b mod 1,024 + 1,024) · 2^(b / 1,024 - 1)} µs.
 */
public final class TimeCounts {

  private static final int HALF_BITS = 10;
  private static final int HALF = 1 << HALF_BITS;

  /** Buckets up to the end of the range. */
  static final int BUCKETS = 23 * HALF;

  private long[] counts = {};
  private long total;

  /**
   * Adds all of {@code times}.
   *
   * @throws IllegalArgumentException if the total would be larger than a {@code long}; nothing is added
   *     then
   */
  public void add(EncodedTimes times) {
    if (times.total() > Long.MAX_VALUE - total) {
      throw new IllegalArgumentException("the histograms have more requests than can be counted");
    }
    if (times.buckets() > counts.length) {
      int doubled = Integer.highestOneBit(times.buckets() - 1) << 1;
      counts = Arrays.copyOf(counts, Math.clamp(doubled, HALF, BUCKETS));
    }
    times.addTo(counts);
    total += times.total();
  }

  /** How many requests. */
  public long total() {
    return total;
  }

  /** How many buckets it keeps. */
  int buckets() {
    return counts.length;
  }

  /** The sum as a histogram, equal to the one that {@link Histogram#add} makes; the caller's. */
  public Histogram histogram() {
    Histogram histogram = SeriesTimes.emptyHistogram();
    for (int bucket = 0; bucket < counts.length; bucket++) {
      if (counts[bucket] != 0) {
        histogram.recordValueWithCount(micros(bucket), counts[bucket]);
      }
    }
    return histogram;
  }

  /**
   * The time that {@code percent} of the requests did not exceed, in microseconds, or rather where its
   * bucket begins; 0 when there are none.
   */
  long microsAt(double percent) {
    // As the library does it: a product that is a little too large must not count one more.
    long wanted = Math.max(1, (long) Math.ceil(Math.nextDown(percent) / 100 * total));
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= wanted) {
        return micros(bucket);
      }
    }
    return 0;
  }

  /** Where {@code bucket} begins. */
  private static long micros(int bucket) {
    int doublings = (bucket >> HALF_BITS) - 1;
    return doublings <= 0 ? bucket : (long) ((bucket & (HALF - 1)) + HALF) << doublings;
  }
}
