package dev.muster.cli.target;

import dev.muster.target.process.LocalMariaDb;
import dev.muster.target.process.LocalMemcached;
import dev.muster.target.store.CacheOptions;
import dev.muster.target.store.CustomerDatabase;
import dev.muster.target.store.CustomerSource;
import dev.muster.target.store.DatabaseOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * The database and the cache of an architecture: those that were given, or our own, started for the
 * purpose and ended with it.
 */
final class Services implements AutoCloseable {

  private final Deque<Runnable> own = new ArrayDeque<>();

  /**
   * What {@code data} needs.
   *
   * @param progress told what is started
   */
  CustomerSource open(
      Data data, DatabaseArguments database, CacheArguments cache, Consumer<String> progress) {
    return switch (data) {
      case MEMORY -> new CustomerSource.Memory();
      case MARIADB -> new CustomerSource.Database(database(database, progress));
      case MEMCACHED -> new CustomerSource.Cached(
          database(database, progress), cache(cache, progress), cache.warm());
    };
  }

  private DatabaseOptions database(DatabaseArguments arguments, Consumer<String> progress) {
    return arguments.given().orElseGet(() -> {
      progress.accept("Starting a MariaDB of its own, as no --db is given ...");
      var server = LocalMariaDb.start();
      own.push(server::close);
      var place = server.options();
      var options = arguments.options(place.url(), place.user(), place.password());
      progress.accept(CustomerDatabase.fill(options).sentence());
      return options;
    });
  }

  private CacheOptions cache(CacheArguments arguments, Consumer<String> progress) {
    return arguments.given().orElseGet(() -> {
      progress.accept("Starting a memcached of its own, as no --cache is given ...");
      var server = LocalMemcached.start();
      own.push(server::close);
      return arguments.options(server.host(), server.port());
    });
  }

  /** Ends our own, the last started first. */
  @Override
  public void close() {
    while (!own.isEmpty()) {
      own.pop().run();
    }
  }
}
