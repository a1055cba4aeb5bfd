package dev.muster.target;

import dev.muster.target.api.AdminApi;
import dev.muster.target.api.CacheTally;
import dev.muster.target.api.Counts;
import dev.muster.target.api.CustomerApi;
import dev.muster.target.api.Tally;
import dev.muster.target.faults.FaultsApi;
import dev.muster.target.faults.LiveFaults;
import dev.muster.target.http.HttpListener;
import dev.muster.target.http.ListenException;
import dev.muster.target.http.WarmUp;
import dev.muster.target.store.CachedStore;
import dev.muster.target.store.CustomerSource;
import dev.muster.target.store.CustomerStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.LoggerFactory;

/**
 * The customer API, running. It answers on one port and, on another, tells how many requests it
 * answered: whoever has received an answer finds it counted.
 */
public final class TargetService implements AutoCloseable {
  private final CustomerStore store;
  private final HttpListener customers;
  private final HttpListener admin;

  private TargetService(CustomerStore store, HttpListener customers, HttpListener admin) {
    this.store = store;
    this.customers = customers;
    this.admin = admin;
  }

  /**
   * Starts the service; on return it answers on both ports. Nothing is printed, as long as the
   * caller's SLF4J binding keeps the clients of the database and the cache silent.
   *
   * @throws TargetException if a port is in use, the host is not one of this machine, or the data
   *     cannot be laid out
   */
  public static TargetService start(TargetOptions options) {
    // SLF4J complains aloud when two threads are the first to ask for it.
    var _ = LoggerFactory.getILoggerFactory();
    // The database fills while the listener comes up: each takes about half of the start.
    var store = CompletableFuture.supplyAsync(options.source()::open);
    try {
      return listen(options, store);
    } catch (ListenException e) {
      // Not waited for: the person who chose a wrong port should know at once.
      var _ = store.thenAccept(CustomerStore::close);
      throw new TargetException(e);
    } catch (CompletionException e) {
      throw new TargetException(e.getCause() == null ? e : e.getCause());
    }
  }

  /** The port of the customer API, also where the options left the choice open. */
  public int port() {
    return customers.port();
  }

  /** The port of the counts, also where the options left the choice open. */
  public int adminPort() {
    return admin.port();
  }

  /** Stops both listeners and drops the data. Requests in progress have half a second to finish. */
  @Override
  public void close() {
    customers.close();
    admin.close();
    store.close();
  }

  private static TargetService listen(
      TargetOptions options, CompletableFuture<CustomerStore> store) {
    var counts = new Counts();
    var faults = new LiveFaults(options.faults());
    boolean waits = !(options.source() instanceof CustomerSource.Memory);
    var api = store.thenApply(CustomerApi::new);
    var manners = new HttpListener.Manners(
        options.keepAlive(), options.readTimeout(), options.writeTimeout());
    var customers = HttpListener.start(
        new HttpListener.Address(options.host(), options.port(), options.backlog(), "--port"),
        manners,
        // Who comes before the data is there waits for it.
        request -> api.join().answer(request), counts, faults, waits);
    try {
      // Only then is the service healthy.
      var filled = store.join();
      WarmUp.of(api.join(), manners, waits);
      var tallies = tallies(faults, filled);
      // Nobody asked for what the warming up looked for.
      tallies.forEach(Tally::reset);
      var admin = HttpListener.startAdmin(
          new HttpListener.Address(
              options.host(), options.adminPort(), options.backlog(), "--admin-port"),
          manners, new FaultsApi(faults, new AdminApi(counts, tallies)), false);
      return new TargetService(filled, customers, admin);
    } catch (RuntimeException e) {
      customers.close();
      throw e;
    }
  }

  private static List<Tally> tallies(LiveFaults faults, CustomerStore store) {
    return store instanceof CachedStore cached
        ? List.of(faults, new CacheTally(cached.counts()))
        : List.of(faults);
  }
}
