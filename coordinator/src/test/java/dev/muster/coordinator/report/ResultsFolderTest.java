package dev.muster.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.coordinator.merge.TickPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultsFolderTest {

  @TempDir
  Path path = Path.of("");

  @Test
  void an_experiment_is_a_report_and_a_folder_for_each_run() throws IOException {
    SampleExperiment.write(path, List.of(20, 40));

    assertThat(names(path)).containsExactly("report.html", "three_tier_20", "three_tier_40");
    assertThat(names(path.resolve("three_tier_20"))).containsExactly(
        "intervals.hlog",
        "summary.json",
        "three_tier_20_failures.csv",
        "three_tier_20_stats.csv",
        "three_tier_20_stats_history.csv");
  }

  @Test
  void a_run_that_was_broken_off_has_no_summary() throws IOException {
    try (var run = new ResultsFolder(path)
        .openRun("tiny", TinyRun.STARTED_AT, CsvFormat.LOCUST_2)) {
      run.read(TinyRun.ticks().getFirst());
    }

    assertThat(names(path.resolve("tiny"))).containsExactly("intervals.hlog",
        "tiny_stats_history.csv");
  }

  @Test
  void its_ticks_and_percentiles_are_those_of_the_merged_histograms() throws IOException {
    RunResult result;
    try (var run = new ResultsFolder(path)
        .openRun("tiny", TinyRun.STARTED_AT, CsvFormat.LOCUST_0_14)) {
      TinyRun.ticks().forEach(run::read);
      result = run.finish(TinyRun.summary());
    }

    assertThat(result.ticks()).extracting(TickPoint::answered).containsExactly(2L, 1L, 1L);
    assertThat(result.ticks()).extracting(TickPoint::failed).containsExactly(0L, 0L, 1L);
    assertThat(result.ticks()).extracting(TickPoint::responseTime)
        .extracting(LatencyStats::maxMs)
        .containsExactly(20.015, 20.015, 2000.895);
    var curve = result.responseTimeByPercentile();
    assertThat(curve).extracting(RunResult.PercentilePoint::percentile).isSorted();
    assertThat(curve.getFirst()).isEqualTo(new RunResult.PercentilePoint(0, 10.007));
    assertThat(curve.getLast()).isEqualTo(new RunResult.PercentilePoint(100, 2000.895));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "../a", "/a"})
  void a_run_writes_nowhere_but_in_its_own_folder(String name) {
    assertThatIllegalArgumentException().isThrownBy(
        () -> new ResultsFolder(path)
            .openRun(name, TinyRun.STARTED_AT, CsvFormat.LOCUST_0_14)
            .close());
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
