package dev.muster.target.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Fills a cache without waiting for it at each entry. For one thread. */
final class Warming {
  // So many entries are on their way at once; more would only fill memory.
  private static final int UNCONFIRMED = 1_000;

  // A busy cache may take longer for a thousand entries than for one.
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private static final Duration LONGEST_START = Duration.ofSeconds(5);

  private final Memcached cache;
  private final CacheOptions options;
  private @Nullable String last;
  private int unconfirmed;

  /**
   * Begins.
   *
   * @throws StoreException if the cache does not answer
   */
  Warming(Memcached cache, CacheOptions options) {
    this.cache = cache;
    this.options = options;
    if (!cache.answersWithin(LONGEST_START)) {
      throw silent();
    }
  }

  /**
   * Lets the cache keep these bytes.
   *
   * @throws StoreException if it does not answer
   */
  void put(String key, byte[] value) {
    if (!cache.set(key, value)) {
      throw silent();
    }
    last = key;
    if (++unconfirmed == UNCONFIRMED) {
      awaitKept();
    }
  }

  /**
   * Returns when the cache holds all that was put. It answers in the order in which it was asked, so
   * that the last entry stands for all.
   *
   * @throws StoreException if it does not answer, or keeps nothing
   */
  void awaitKept() {
    if (last == null) {
      return;
    }
    var found = cache.get(last, LONGEST_WAIT);
    if (found instanceof Memcached.Away) {
      throw silent();
    }
    if (found instanceof Memcached.Miss) {
      throw new StoreException("the memcached at " + options.address()
          + " does not keep what it is given; give it more memory, with its option -m");
    }
    unconfirmed = 0;
  }

  private StoreException silent() {
    return new StoreException(
        "no memcached answers at " + options.address() + "; start one there, or name another");
  }
}
