package dev.muster.coordinator.report;

import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.coordinator.merge.MergedTick;
import dev.muster.coordinator.merge.MergedTick.FailureKey;
import dev.muster.coordinator.merge.PhaseTimes;
import dev.muster.coordinator.merge.SeriesKey;
import dev.muster.coordinator.merge.SeriesKey.Outcome;
import dev.muster.coordinator.merge.SeriesTimes;
import dev.muster.coordinator.merge.TickPoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * The sum of the ticks of a run that were read so far. Times are added as histograms, never as
 * percentiles, so its numbers are those of all requests at once. What it returns is a view that
 * grows with the next tick, and not to be changed. For one thread.
 */
public final class RunTotals implements TickReader {

  private final SortedMap<SeriesKey, SeriesTimes> series = new TreeMap<>();
  private final SortedMap<FailureKey, Failures> failures = new TreeMap<>(Failures.BY_NAME);
  private final FailureKinds kinds = new FailureKinds();
  private final List<TickPoint> ticks = new ArrayList<>();
  private final Histogram responseTime = SeriesTimes.emptyHistogram();
  private final Histogram serviceTime = SeriesTimes.emptyHistogram();
  private final Histogram scheduleLag = SeriesTimes.emptyHistogram();
  private final PhaseTimes phases = PhaseTimes.empty();
  private long sent;
  private long dropped;
  private long answered;
  private long failed;
  private long endedSeconds;

  @Override
  public void read(MergedTick tick) {
    if (tick.tick() != ticks.size()) {
      throw new IllegalArgumentException(
          "tick " + tick.tick() + " after " + ticks.size() + " ticks");
    }
    tick.series().forEach(this::add);
    phases.add(tick.phases());
    // In an order of their own, so that who reads the run again counts under the same kinds.
    tick.failures()
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey(Failures.BY_NAME))
        .forEach(entry -> failures.merge(
            kinds.countedAs(entry.getKey()),
            new Failures(entry.getValue(), tick.tick(), tick.tick()),
            Failures::plus));
    long answeredNow = count(tick, Outcome.ANSWERED);
    long failedNow = count(tick, Outcome.FAILED);
    sent += tick.sent();
    dropped += tick.dropped();
    answered += answeredNow;
    failed += failedNow;
    if (answeredNow + failedNow > 0) {
      endedSeconds = tick.tick() + 1;
    }
    ticks.add(
        new TickPoint(
            tick.tick(),
            tick.users(),
            tick.sent(),
            tick.dropped(),
            answeredNow,
            failedNow,
            tick.inFlight(),
            LatencyStats.of(responseTime(tick))));
  }

  private void add(SeriesKey key, SeriesTimes times) {
    var sum = series.getOrDefault(key, SeriesTimes.empty());
    sum.responseTime().add(times.responseTime());
    sum.serviceTime().add(times.serviceTime());
    sum.scheduleLag().add(times.scheduleLag());
    series.put(
        key,
        new SeriesTimes(
            sum.bodyBytes() + times.bodyBytes(),
            sum.responseTime(),
            sum.serviceTime(),
            sum.scheduleLag()));
    responseTime.add(times.responseTime());
    serviceTime.add(times.serviceTime());
    scheduleLag.add(times.scheduleLag());
  }

  /** The response times of all requests that ended in {@code tick}, in a histogram of its own. */
  static Histogram responseTime(MergedTick tick) {
    var all = SeriesTimes.emptyHistogram();
    tick.series().values().forEach(times -> all.add(times.responseTime()));
    return all;
  }

  private static long count(MergedTick tick, Outcome outcome) {
    return tick.series()
        .entrySet()
        .stream()
        .filter(entry -> entry.getKey().outcome() == outcome)
        .mapToLong(entry -> entry.getValue().count())
        .sum();
  }

  /** The times of each series, by name, method and outcome. */
  public SortedMap<SeriesKey, SeriesTimes> series() {
    return Collections.unmodifiableSortedMap(series);
  }

  /** The failures by name, method and kind; of very many kinds of a request the later ones as one. */
  public SortedMap<FailureKey, Failures> failures() {
    return Collections.unmodifiableSortedMap(failures);
  }

  /** A point for each tick, in order. */
  public List<TickPoint> ticks() {
    return Collections.unmodifiableList(ticks);
  }

  /** From due to end, of all requests that ended, in microseconds. */
  public Histogram responseTime() {
    return responseTime;
  }

  /** From the instant a request was written to its end, of those that were written, in microseconds. */
  public Histogram serviceTime() {
    return serviceTime;
  }

  /** From due to the begin of work on a request, in microseconds. */
  public Histogram scheduleLag() {
    return scheduleLag;
  }

  /** How long the parts of requests took. */
  public PhaseTimes phases() {
    return phases;
  }

  /**
   * How long a request kept its user on average, from the begin of work on it to its end, connecting
   * included, in microseconds; 0 if none ended. That is response time less lag: a user that is late is
   * late by its generator.
   */
  public double meanBusyMicros() {
    return responseTime.getTotalCount() == 0
        ? 0
        : Math.max(0, responseTime.getMean() - scheduleLag.getMean());
  }

  /** Requests sent. */
  public long sent() {
    return sent;
  }

  /** Arrivals dropped. */
  public long dropped() {
    return dropped;
  }

  /** Requests answered. */
  public long answered() {
    return answered;
  }

  /** Requests failed. */
  public long failed() {
    return failed;
  }

  /**
   * Whole seconds from the start instant to the end of the last tick in which a request ended; 0 if
   * none did. Every rate over the run divides by it.
   */
  public long endedSeconds() {
    return endedSeconds;
  }

  /** {@code count} per second of {@link #endedSeconds}; 0 if no request ended. */
  public double perSecond(long count) {
    return endedSeconds == 0 ? 0 : (double) count / endedSeconds;
  }
}
