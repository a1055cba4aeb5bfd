package dev.muster.target.api;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many requests arrived whole, and how they were answered, by route and status. An answer is
 * counted just before its bytes are handed to the socket and taken back if the socket refuses them:
 * so a client that holds a whole answer finds it counted, and once all is quiet the count is exactly
 * the answers handed over.
 */
public final class Counts {
  private final LongAdder received = new LongAdder();
  private volatile ConcurrentMap<Key, LongAdder> counts = new ConcurrentHashMap<>();

  /**
   * How often one route was answered with one status.
   *
   * @param route the pattern of the path, or {@link Answer#OTHER}
   * @param status the HTTP status
   * @param count how often
   */
  public record RouteCount(String route, int status, long count) {}

  /** An answer that was counted and that can be taken back, once. */
  public interface Counted {
    /** The socket refused the answer. */
    void takeBack();
  }

  /** Counts one request that has arrived whole, or one that cannot be read. */
  public void arrived() {
    received.increment();
  }

  /** How many arrived, answered or not. */
  public long received() {
    return received.sum();
  }

  /** Counts one answer. */
  public Counted answered(String route, int status) {
    // The adder is kept for taking back, so that a reset in between cannot make a count negative.
    var adder = counts.computeIfAbsent(new Key(route, status), _ -> new LongAdder());
    adder.increment();
    return adder::decrement;
  }

  /** The counts at this moment in the order of route and status, without those that are zero. */
  public List<RouteCount> now() {
    return counts.entrySet()
        .stream()
        .map(entry -> new RouteCount(
            entry.getKey().route(), entry.getKey().status(), entry.getValue().sum()))
        .filter(line -> line.count() != 0)
        .sorted(Comparator.comparing(RouteCount::route).thenComparingInt(RouteCount::status))
        .toList();
  }

  /** Starts again at zero. An answer that is being counted meanwhile falls on either side. */
  public void reset() {
    counts = new ConcurrentHashMap<>();
    received.reset();
  }

  private record Key(String route, int status) {}
}
