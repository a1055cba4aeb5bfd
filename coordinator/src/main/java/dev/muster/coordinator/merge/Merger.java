package dev.muster.coordinator.merge;

import dev.muster.v1.Failure;
import dev.muster.v1.Outcome;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
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

  private record Part(SeriesKey key, SeriesTimes times) {}

  private final Set<String> workers;
  private final Map<Long, Sums> open = new HashMap<>();
  private final Map<String, Snapshot> handedIn = new HashMap<>();
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
   * @throws IllegalArgumentException if a histogram in it cannot be read; nothing is added then
   */
  public void add(String worker, Snapshot snapshot) {
    long tick = snapshot.getTick();
    if (tick < next) {
      return;
    }
    List<Part> parts = snapshot.getSeriesList().stream().map(Merger::decoded).toList();
    highest = Math.max(highest, tick);
    Sums sums = open.computeIfAbsent(tick, _ -> new Sums());
    sums.delivered.add(worker);
    sums.users += snapshot.getUsers();
    sums.sent += snapshot.getSent();
    sums.inFlight += snapshot.getInFlight();
    parts.forEach(part -> sums.series.merge(part.key(), part.times(), Merger::sum));
    for (Failure failure : snapshot.getFailuresList()) {
      sums.failures.merge(
          new MergedTick.FailureKey(failure.getMethod(), failure.getName(), failure.getKind()),
          failure.getCount(), Long::sum);
    }
    if (snapshot.getLast()) {
      handedIn.put(worker, snapshot.toBuilder().clearSeries().clearFailures().build());
    }
  }

  private static Part decoded(Series series) {
    return new Part(
        new SeriesKey(
            series.getMethod(), series.getName(),
            series.getOutcome() == Outcome.OUTCOME_ANSWERED
                ? SeriesKey.Outcome.ANSWERED
                : SeriesKey.Outcome.FAILED),
        new SeriesTimes(
            series.getBodyBytes(), Histograms.decoded(series.getResponseTime()),
            Histograms.decoded(series.getServiceTime()),
            Histograms.decoded(series.getScheduleLag())));
  }

  /** Adds {@code more} to {@code sum}, whose histograms were decoded here and are nobody else's. */
  private static SeriesTimes sum(SeriesTimes sum, SeriesTimes more) {
    sum.responseTime().add(more.responseTime());
    sum.serviceTime().add(more.serviceTime());
    sum.scheduleLag().add(more.scheduleLag());
    return new SeriesTimes(
        sum.bodyBytes() + more.bodyBytes(), sum.responseTime(), sum.serviceTime(),
        sum.scheduleLag());
  }

  /** Counts on {@code worker} no longer; what it has delivered stays. */
  public void giveUp(String worker) {
    lost.add(worker);
  }

  /** Counts again on {@code worker}, for the ticks that are not final. */
  public void countOnAgain(String worker) {
    lost.remove(worker);
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
        Snapshot last = handedIn.get(worker);
        if (last != null && last.getTick() < next) {
          inFlight += last.getInFlight();
        } else if (!lost.contains(worker)) {
          return Optional.empty();
        }
      }
    }
    open.remove(next);
    return Optional.of(
        new MergedTick(
            next++, sums.users, sums.sent, inFlight, sums.series, Map.copyOf(sums.failures)));
  }
}
