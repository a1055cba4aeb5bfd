package dev.muster.coordinator.report;

import dev.muster.coordinator.merge.MergedTick;
import dev.muster.coordinator.merge.SeriesKey;
import dev.muster.coordinator.merge.SeriesKey.Outcome;
import dev.muster.coordinator.merge.SeriesTimes;
import dev.muster.coordinator.merge.TickPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * The CSV files that Locust writes for a run. Requests are counted as Locust counts them, answered
 * and failed ones together; times are response times. The history has the row of all requests, as
 * without Locust's {@code --csv-full-history}.
 *
 * <p>Locust's clock is a tick here: a request ended at the end of its tick. Rates over the run divide
 * by {@link RunTotals#endedSeconds}. Rates in the history are, as Locust's, the mean of ten whole
 * seconds of which the last is three before the one in which a request ended last.
 */
public final class LocustCsv implements TickReader, AutoCloseable {

  private static final String ALL = "Aggregated";
  private static final int RECENT_TICKS = 10;

  private final Path folder;
  private final String prefix;
  private final Instant startedAt;
  private final LocustDialect dialect;
  private final RunTotals totals;
  private final Writer history;
  private final Deque<Histogram> recent = new ArrayDeque<>();
  private boolean lastTickInHistory = true;

  /**
   * Begins the history.
   *
   * @param prefix of the names of all files
   * @param totals of the same run; must have read a tick before this reads it
   * @throws IOException if the history cannot be created
   */
  public LocustCsv(
      Path folder,
      String prefix,
      Instant startedAt,
      CsvFormat format,
      RunTotals totals) throws IOException {
    this.folder = folder;
    this.prefix = prefix;
    this.startedAt = startedAt;
    this.dialect = format.dialect();
    this.totals = totals;
    this.history = Files.newBufferedWriter(file("_stats_history.csv"));
    history.write(dialect.historyHeader());
  }

  @Override
  public void read(MergedTick tick) {
    recent.addLast(RunTotals.responseTime(tick));
    if (recent.size() > RECENT_TICKS) {
      recent.removeFirst();
    }
    lastTickInHistory = (tick.tick() + 1) % dialect.historySeconds() == 0;
    if (lastTickInHistory) {
      writeHistory();
    }
  }

  private void writeHistory() {
    var tick = totals.ticks().getLast();
    try {
      history.write(
          dialect.history(
              all(recently(point -> point.answered() + point.failed()),
                  recently(TickPoint::failed)),
              startedAt.plusSeconds(tick.tick() + 1).getEpochSecond(),
              tick.users()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double recently(ToLongFunction<TickPoint> count) {
    long lastEnd = totals.endedSeconds() - 1;
    long from = Math.max(0, lastEnd - 12);
    long to = Math.max(from, lastEnd - 2);
    return totals.ticks()
        .subList(Math.toIntExact(from), Math.toIntExact(to))
        .stream()
        .mapToLong(count)
        .average()
        .orElse(0);
  }

  /**
   * Writes the other files and ends the history.
   *
   * @throws IOException if one of them cannot be written
   */
  public void finish() throws IOException {
    if (!lastTickInHistory) {
      writeHistory();
    }
    history.close();
    WholeFile.write(file("_stats.csv"), dialect.stats(rows()));
    WholeFile.write(file("_failures.csv"), dialect.failures(totals.failures(), startedAt));
    if (!dialect.exceptions().isEmpty()) {
      WholeFile.write(file("_exceptions.csv"), dialect.exceptions());
    }
  }

  /** Ends the history. Without {@link #finish} the other files are not written. */
  @Override
  public void close() throws IOException {
    history.close();
  }

  private Path file(String suffix) {
    return folder.resolve(prefix + suffix);
  }

  private List<LocustRow> rows() {
    // Answers and failures of one request are neighbours in Muster, and one row in Locust.
    var byRequest = new TreeMap<SeriesKey, List<SeriesKey>>();
    for (var key : totals.series().keySet()) {
      var request = new SeriesKey(key.method(), key.name(), Outcome.ANSWERED);
      byRequest.computeIfAbsent(request, _ -> new ArrayList<>()).add(key);
    }
    var rows = new ArrayList<LocustRow>();
    byRequest.forEach((request, keys) -> rows.add(row(request, keys)));
    rows.add(
        all(
            totals.perSecond(totals.answered() + totals.failed()),
            totals.perSecond(totals.failed())));
    return rows;
  }

  private LocustRow row(SeriesKey request, List<SeriesKey> keys) {
    var times = SeriesTimes.emptyHistogram();
    long bytes = 0;
    long failures = 0;
    for (var key : keys) {
      var part = totals.series().getOrDefault(key, SeriesTimes.empty());
      times.add(part.responseTime());
      bytes += part.bodyBytes();
      failures += key.outcome() == Outcome.FAILED ? part.count() : 0;
    }
    return new LocustRow(
        request.method(),
        request.name(),
        times.getTotalCount(),
        failures,
        totals.perSecond(times.getTotalCount()),
        totals.perSecond(failures),
        bytes,
        times,
        times);
  }

  private LocustRow all(double requestsPerSecond, double failuresPerSecond) {
    var lately = SeriesTimes.emptyHistogram();
    recent.forEach(lately::add);
    return new LocustRow(
        null,
        ALL,
        totals.answered() + totals.failed(),
        totals.failed(),
        requestsPerSecond,
        failuresPerSecond,
        totals.series().values().stream().mapToLong(SeriesTimes::bodyBytes).sum(),
        totals.responseTime(),
        lately);
  }
}
