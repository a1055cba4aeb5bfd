package dev.muster.target.store;

import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A memcached in front of another store. A lookup asks the cache; if that has no answer it asks the
 * store and lets the cache keep what it said, without waiting for it. Customers that do not exist are
 * not kept. A cache that is away or slow costs nothing but the time of the first lookup that finds it
 * so: all others ask the store until it is back.
 */
public final class CachedStore implements CustomerStore {
  private static final String CUSTOMER_KEY = "customerData_id_";
  private static final String READINGS_KEY = "customerReadings_id_";

  private final CustomerStore store;
  private final Memcached cache;
  private final CacheCounts counts = new CacheCounts();

  private CachedStore(CustomerStore store, Memcached cache) {
    this.store = store;
    this.cache = cache;
  }

  /**
   * A cache in front of this store, with what it holds already. It need not be there yet.
   *
   * @param store asked where the cache has no answer, and closed with this
   * @throws StoreException if the cache's host is not known
   */
  public static CachedStore of(CustomerStore store, CacheOptions options) {
    return new CachedStore(store, Memcached.of(options));
  }

  /**
   * A cache in front of this store that holds all of the store's answers.
   *
   * @param store asked where the cache has no answer, and closed with this
   * @throws StoreException if the cache does not answer, or the store does not
   */
  public static <S extends CustomerStore & AllCustomers> CachedStore warm(
      S store, CacheOptions options) {
    var cache = Memcached.of(options);
    try {
      var warming = new Warming(cache, options);
      store.eachCustomer((json, id) -> warming.put(CUSTOMER_KEY + id, json));
      store.eachReadings((json, id) -> warming.put(READINGS_KEY + id, json));
      warming.awaitKept();
      return new CachedStore(store, cache);
    } catch (RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  /** How the cache was of use since it is in front of the store. */
  public CacheCounts counts() {
    return counts;
  }

  @Override
  public Optional<byte[]> customer(int id) {
    return ask(CUSTOMER_KEY + id, id, store::customer);
  }

  @Override
  public Optional<byte[]> readings(int customerId) {
    return ask(READINGS_KEY + customerId, customerId, store::readings);
  }

  private Optional<byte[]> ask(String key, int id, IntFunction<Optional<byte[]>> behind) {
    return switch (cache.get(key)) {
      case Memcached.Hit(var value) -> {
        counts.hit();
        yield value;
      }
      case Memcached.Miss() -> {
        counts.miss();
        var json = behind.apply(id);
        json.ifPresent(value -> cache.set(key, value));
        yield json;
      }
      case Memcached.Away() -> {
        counts.error();
        yield behind.apply(id);
      }
    };
  }

  @Override
  public boolean waits() {
    return true;
  }

  /** Lets go of the cache, with all that it holds, and closes the store behind it. */
  @Override
  public void close() {
    cache.close();
    store.close();
  }
}
