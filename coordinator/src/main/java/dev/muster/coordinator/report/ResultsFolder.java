package dev.muster.coordinator.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Where the results of an experiment are written: {@code report.html}, and a folder for each run.
 *
 * <pre>
 * results/report.html
 * results/three_tier_50/summary.json
 *                      /intervals.hlog
 *                      /three_tier_50_stats.csv, …
 * </pre>
 */
public record ResultsFolder(Path path) {

  /**
   * Begins a run's folder; files of an earlier run of this name are replaced.
   *
   * @param run the run's name, which is also its folder's
   * @throws IllegalArgumentException if the name is not that of a folder within this one
   * @throws IOException if the folder cannot be written
   */
  public RunFolder openRun(String run, Instant startedAt, CsvFormat format) throws IOException {
    var folder = path.resolve(run).normalize();
    if (!path.normalize().equals(folder.getParent()) || run.contains("/")) {
      throw new IllegalArgumentException("not the name of a folder: " + run);
    }
    Files.createDirectories(folder);
    return RunFolder.open(folder, run, startedAt, format);
  }

  /**
   * Writes {@code report.html}.
   *
   * @throws IOException if it cannot be written
   */
  public void writeReport(ExperimentResult experiment) throws IOException {
    Files.createDirectories(path);
    WholeFile.write(path.resolve("report.html"), HtmlReport.of(experiment));
  }
}
