package dev.muster.target.store;

import dev.muster.target.data.SeededCustomers;
import java.util.Map;

/** Which store a service looks its customers up in, before it is opened. */
public sealed interface CustomerSource {

  /**
   * The store, ready to be asked.
   *
   * @throws StoreException if it cannot be opened
   */
  CustomerStore open();

  /**
   * This source as environment variables, for a child process; there is a password among them. The
   * source that they are read as is equal to this one.
   */
  default Map<String, String> toEnvironment() {
    return SourceEnvironment.of(this);
  }

  /**
   * The source that these environment variables name; the memory, if they name none.
   *
   * @throws StoreException if a value cannot be read, or one is missing
   */
  static CustomerSource fromEnvironment(Map<String, String> environment) {
    return new SourceEnvironment(environment).source();
  }

  /** The memory of the service's own process. */
  record Memory() implements CustomerSource {
    @Override
    public CustomerStore open() {
      return new MemoryStore(new SeededCustomers());
    }
  }

  /** A MariaDB that {@code muster target init-db} has filled. */
  record Database(DatabaseOptions database) implements CustomerSource {
    @Override
    public CustomerStore open() {
      return MariaDbStore.open(database);
    }
  }

  /**
   * The same behind a memcached.
   *
   * @param warm whether the cache is filled before the store is open; if so, it must be there
   */
  record Cached(DatabaseOptions database, CacheOptions cache, boolean warm)
      implements
        CustomerSource {
    @Override
    public CustomerStore open() {
      var behind = MariaDbStore.open(database);
      try {
        return warm ? CachedStore.warm(behind, cache) : CachedStore.of(behind, cache);
      } catch (RuntimeException e) {
        behind.close();
        throw e;
      }
    }
  }
}
