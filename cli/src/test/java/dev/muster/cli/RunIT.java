package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One experiment of two runs against the customer API, looked at from all sides. */
class RunIT {

  @TempDir
  private static Path folder = Path.of("");

  private static Ended ended = new Ended(-1, "", "");
  private static long answeredByTarget;
  private static List<ProcessHandle> children = List.of();
  private static final List<Summary> RUNS = new ArrayList<>();

  @BeforeAll
  static void runs_the_experiment() throws IOException {
    try (Target target = Target.start(folder)) {
      String plan = Muster.plan(folder, """
          name: tiny
          target: %s
          scenario:
            - get: /customerdata/${random(1, 4499)}
              name: /customerdata/{id}
            - think: 150ms..350ms
          load: { users: [4, 8], duration: 3s }
          """.formatted(target.address()));
      try (Muster muster = Muster.start(folder, "run", plan, "--out", "out", "--csv", "csv/a")) {
        muster.awaitProgress("Run 1 of 2");
        children = muster.children();
        ended = muster.awaitEnd();
      }
      answeredByTarget = target.answered();
    }
    for (String run : List.of("tiny_4", "tiny_8")) {
      RUNS.add(SummaryJson.read(folder.resolve("out").resolve(run).resolve("summary.json")));
    }
  }

  @Test
  void ends_well_and_prints_a_row_for_each_number_of_users() {
    // 4 says that this machine was too busy to send in time, which is not what is tried here.
    List<Summary> late = RUNS.stream()
        .filter(run -> run.verdict().state() == Verdict.State.INVALID)
        .toList();
    assertThat(late)
        .allMatch(run -> run.verdict().reasons().getFirst().startsWith("The generator "));
    assertThat(ended.exitCode()).describedAs(ended.toString()).isEqualTo(late.isEmpty() ? 0 : 4);
    assertThat(ended.out()).contains("users  requests  expected")
        .contains("Report: " + Path.of("out", "report.html"))
        .containsPattern("(?m)^ +4 +\\d+ ")
        .containsPattern("(?m)^ +8 +\\d+ ");
  }

  @Test
  void leaves_the_files_that_it_promises() {
    for (Summary run : RUNS) {
      assertThat(folder.resolve("out").resolve(run.run())).isDirectoryContaining(
          "glob:**/intervals.hlog")
          .isDirectoryContaining("glob:**/" + run.run() + "_stats.csv")
          .isDirectoryContaining("glob:**/" + run.run() + "_stats_history.csv")
          .isDirectoryContaining("glob:**/" + run.run() + "_failures.csv");
      assertThat(folder.resolve("csv/a_" + run.users() + "_stats.csv")).hasSameTextualContentAs(
          folder.resolve("out").resolve(run.run()).resolve(run.run() + "_stats.csv"));
      assertThat(folder.resolve("csv/a_" + run.users() + "_stats_history.csv")).exists();
      assertThat(folder.resolve("csv/a_" + run.users() + "_failures.csv")).exists();
    }
    assertThat(folder.resolve("out/report.html")).content().contains("tiny_4", "tiny_8");
  }

  @Test
  void counts_to_the_request_what_the_service_itself_counted() {
    long answered = RUNS.stream().mapToLong(run -> run.ledger().answered()).sum();
    assertThat(answered).isEqualTo(answeredByTarget).isPositive();
    assertThat(RUNS).allSatisfy(run -> {
      assertThat(run.ledger().balances()).isTrue();
      assertThat(run.ledger().sent()).isEqualTo(run.ledger().answered());
      assertThat(run.workers().stream().mapToLong(Summary.Worker::sent).sum()).isEqualTo(
          run.ledger().sent());
    });
  }

  @Test
  void sends_as_many_requests_as_the_plan_lets_expect() {
    assertThat(RUNS).allSatisfy(run -> {
      var expected = run.expected();
      assertThat((double) run.ledger().sent()).isCloseTo(
          expected.requests(), within(5 * expected.sd() + 1));
    });
  }

  @Test
  void takes_all_percentiles_from_the_histograms_that_it_leaves() throws IOException {
    for (Summary run : RUNS) {
      Path runFolder = folder.resolve("out").resolve(run.run());
      Histogram times = responseTimes(runFolder.resolve("intervals.hlog"));
      assertThat(LatencyStats.of(times)).usingRecursiveComparison()
          .withComparatorForType((a, b) -> Math.abs(a - b) < 0.001 ? 0 : 1, Double.class)
          .isEqualTo(run.responseTime());
      List<String> all = Arrays.asList(
          Files.readAllLines(runFolder.resolve(run.run() + "_stats.csv")).getLast().split(","));
      assertThat(all.get(2)).isEqualTo(String.valueOf(times.getTotalCount()));
      assertThat(all.subList(11, 19)).containsExactlyElementsOf(
          List.of(50.0, 66.0, 75.0, 80.0, 90.0, 95.0, 98.0, 99.0)
              .stream()
              .map(percent -> Math.round(times.getValueAtPercentile(percent) / 1e3))
              .map(String::valueOf)
              .toList());
    }
  }

  private static Histogram responseTimes(Path log) throws IOException {
    var sum = new Histogram(3);
    try (var reader = new HistogramLogReader(log.toFile())) {
      for (EncodableHistogram next = reader.nextIntervalHistogram(); next != null; next = reader
          .nextIntervalHistogram()) {
        if (next.getTag().startsWith("response_time.") && next instanceof Histogram part) {
          sum.add(part);
        }
      }
    }
    return sum;
  }

  @Test
  void writes_the_same_summaries_again_from_what_it_stored() throws IOException {
    Ended again = Muster.run(folder, "report", "out", "--out", "again");
    assertThat(again.exitCode()).describedAs(again.toString()).isZero();
    for (Summary run : RUNS) {
      assertThat(folder.resolve("again").resolve(run.run()).resolve("summary.json"))
          .hasSameTextualContentAs(
              folder.resolve("out").resolve(run.run()).resolve("summary.json"));
      assertThat(folder.resolve("again").resolve(run.run()).resolve("intervals.hlog"))
          .hasSameTextualContentAs(
              folder.resolve("out").resolve(run.run()).resolve("intervals.hlog"));
    }
    assertThat(folder.resolve("again/report.html")).exists();
  }

  @Test
  void writes_the_other_format_of_csv_when_asked_to() {
    Ended again = Muster.run(
        folder, "report", "out", "--out", "other", "--csv-format", "locust-2");
    assertThat(again.exitCode()).describedAs(again.toString()).isZero();
    Path run = folder.resolve("other/tiny_4");
    assertThat(run.resolve("tiny_4_stats.csv")).content()
        .startsWith("Type,Name,Request Count,Failure Count,")
        .contains("\r\n,Aggregated,");
    assertThat(run.resolve("tiny_4_exceptions.csv")).exists();
    assertThat(folder.resolve("out/tiny_4/tiny_4_exceptions.csv")).doesNotExist();
  }

  @Test
  void leaves_no_process_behind() {
    assertThat(children).hasSize(2).noneMatch(ProcessHandle::isAlive);
  }
}
