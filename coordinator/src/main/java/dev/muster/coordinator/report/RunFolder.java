package dev.muster.coordinator.report;

import dev.muster.coordinator.merge.MergedTick;
import dev.muster.coordinator.report.RunResult.PercentilePoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The files of one run while its ticks come in. The summary is written last, so that a folder with a
 * {@code summary.json} is complete.
 */
public final class RunFolder implements TickReader, AutoCloseable {

  private static final int POINTS_PER_HALVING = 5;

  private final Path path;
  private final RunTotals totals;
  private final HdrLog log;
  private final LocustCsv csv;

  private RunFolder(Path path, RunTotals totals, HdrLog log, LocustCsv csv) {
    this.path = path;
    this.totals = totals;
    this.log = log;
    this.csv = csv;
  }

  static RunFolder open(Path path, String run, Instant startedAt, CsvFormat format)
      throws IOException {
    var totals = new RunTotals();
    var log = new HdrLog(path.resolve("intervals.hlog"), startedAt);
    try {
      return new RunFolder(path, totals, log, new LocustCsv(path, run, startedAt, format, totals));
    } catch (IOException e) {
      log.close();
      throw e;
    }
  }

  @Override
  public void read(MergedTick tick) {
    totals.read(tick);
    log.read(tick);
    csv.read(tick);
  }

  /** The sum of the ticks read so far. */
  public RunTotals totals() {
    return totals;
  }

  /**
   * Completes the run's files.
   *
   * @param summary of {@link #totals}
   * @throws IOException if one of them cannot be written, or an earlier tick could not be
   */
  public RunResult finish(Summary summary) throws IOException {
    log.close();
    csv.finish();
    SummaryJson.write(summary, path.resolve("summary.json"));
    return new RunResult(
        summary,
        totals.ticks(),
        byPercentile(totals.responseTime()),
        byPercentile(totals.serviceTime()));
  }

  private static List<PercentilePoint> byPercentile(Histogram micros) {
    var points = new ArrayList<PercentilePoint>();
    if (micros.getTotalCount() > 0) {
      for (var value : micros.percentiles(POINTS_PER_HALVING)) {
        points.add(
            new PercentilePoint(value.getPercentileLevelIteratedTo(),
                value.getValueIteratedTo() / 1e3));
      }
    }
    return points;
  }

  /** Ends the files that are open. Without {@link #finish} there is no summary. */
  @Override
  public void close() throws IOException {
    try (csv) {
      log.close();
    }
  }
}
