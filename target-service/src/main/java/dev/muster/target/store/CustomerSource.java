package dev.muster.target.store;

/** Which store a service looks its customers up in, before it is opened. */
public sealed interface CustomerSource {

  /** The memory of the service's own process. */
  record Memory() implements CustomerSource {}

  /** A MariaDB that {@code muster target init-db} has filled. */
  record Database(DatabaseOptions database) implements CustomerSource {}

  /**
   * The same behind a memcached.
   *
   * @param warm whether the cache is filled before the store is open
   */
  record Cached(DatabaseOptions database, CacheOptions cache, boolean warm)
      implements
        CustomerSource {}
}
