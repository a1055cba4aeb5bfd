package dev.muster.target.store;

import java.util.concurrent.atomic.LongAdder;

/** How a cache was of use: each lookup is a hit, a miss or an error. Safe for many threads. */
public final class CacheCounts {
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder errors = new LongAdder();

  CacheCounts() {}

  /**
   * The counts at one moment.
   *
   * @param hits lookups that the cache had the answer of
   * @param misses lookups that it had no answer of, so that the database was asked
   * @param errors lookups for which it did not answer in time, or was away, so that the database was
   *     asked
   */
  public record Now(long hits, long misses, long errors) {}

  /** The counts at this moment. */
  public Now now() {
    return new Now(hits.sum(), misses.sum(), errors.sum());
  }

  /** Starts again at zero. */
  public void reset() {
    hits.reset();
    misses.reset();
    errors.reset();
  }

  void hit() {
    hits.increment();
  }

  void miss() {
    misses.increment();
  }

  void error() {
    errors.increment();
  }
}
