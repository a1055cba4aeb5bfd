package dev.muster.coordinator.merge;

import dev.muster.v1.Failure;
import dev.muster.v1.Outcome;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Adds the snapshots of a run's workers, tick by tick. A tick is final when each worker has delivered
 * it, has handed in its last one before, or is counted on no more. For one thread.
 */
public final class Merger {

  private static final class Sums {

    private final Set<String> delivered = new HashSet<>();
    private final TreeMap<SeriesKey, SeriesTimes> series = new TreeMap<>();
    private final Map<MergedTick.FailureKey, Long> failures = new LinkedHashMap<>();
    private int users;
    private long sent;
    private long inFlight;
  }

  private final Set<String> workers;
  private final Map<Long, Sums> open = new HashMap<>();
  private final Map<String, Long> leftInFlight = new HashMap<>();
  private final Set<String> lost = new HashSet<>();
  private long next;
  private long highest = -1;

  /** A merger of what {@code workers} measure. */
  public Merger(Collection<String> workers) {
    this.workers = Set.copyOf(workers);
  }

  /**
   * Adds a worker's snapshot, which must not have been added before. One of a tick that is final
   * already, from a worker that had been given up, is ignored.
   *
   * @throws IllegalArgumentException if a histogram in it cannot be read
   */
  public void add(String worker, Snapshot snapshot) {
    long tick = snapshot.getTick();
    if (tick < next) {
      return;
    }
    highest = Math.max(highest, tick);
    Sums sums = open.computeIfAbsent(tick, _ -> new Sums());
    sums.delivered.add(worker);
    sums.users += snapshot.getUsers();
    sums.sent += snapshot.getSent();
    sums.inFlight += snapshot.getInFlight();
    for (Series series : snapshot.getSeriesList()) {
      add(series, sums);
    }
    for (Failure failure : snapshot.getFailuresList()) {
      sums.failures.merge(
          new MergedTick.FailureKey(failure.getMethod(), failure.getName(), failure.getKind()),
          failure.getCount(), Long::sum);
    }
    if (snapshot.getLast()) {
      leftInFlight.put(worker, snapshot.getInFlight());
    }
  }

  private static void add(Series series, Sums sums) {
    var key = new SeriesKey(
        series.getMethod(), series.getName(),
        series.getOutcome() == Outcome.OUTCOME_ANSWERED
            ? SeriesKey.Outcome.ANSWERED
            : SeriesKey.Outcome.FAILED);
    SeriesTimes so = sums.series.getOrDefault(key, SeriesTimes.empty());
    so.responseTime().add(Histograms.decoded(series.getResponseTime()));
    so.serviceTime().add(Histograms.decoded(series.getServiceTime()));
    so.scheduleLag().add(Histograms.decoded(series.getScheduleLag()));
    sums.series.put(
        key,
        new SeriesTimes(
            so.bodyBytes() + series.getBodyBytes(), so.responseTime(), so.serviceTime(),
            so.scheduleLag()));
  }

  /** Counts on {@code worker} no longer; what it has delivered stays. */
  public void giveUp(String worker) {
    lost.add(worker);
  }

  /** The next tick, if it is final. */
  public Optional<MergedTick> nextFinal() {
    if (next > highest) {
      return Optional.empty();
    }
    Sums sums = open.getOrDefault(next, new Sums());
    long inFlight = sums.inFlight;
    for (String worker : workers) {
      if (!sums.delivered.contains(worker)) {
        Long handedIn = leftInFlight.get(worker);
        if (handedIn == null && !lost.contains(worker)) {
          return Optional.empty();
        }
        inFlight += handedIn == null ? 0 : handedIn;
      }
    }
    open.remove(next);
    return Optional.of(
        new MergedTick(
            next++, sums.users, sums.sent, inFlight, sums.series, Map.copyOf(sums.failures)));
  }
}
