package dev.muster.coordinator.rpc;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static dev.muster.coordinator.merge.SampleSnapshots.quiet;
import static dev.muster.coordinator.merge.SampleSnapshots.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.StoredResults;
import dev.muster.coordinator.merge.GeneratorFigures;
import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.coordinator.merge.Ledger;
import dev.muster.coordinator.merge.SeriesTimes;
import dev.muster.coordinator.report.CsvFormat;
import dev.muster.coordinator.report.ResultsFolder;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.coordinator.store.Store;
import dev.muster.plan.Plan;
import dev.muster.plan.PlanFile;
import dev.muster.plan.PlanReading;
import dev.muster.plan.PlanSource;
import dev.muster.v1.FetchRequest;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.Generator;
import dev.muster.v1.JoinResponse.MessageCase;
import dev.muster.v1.LaneRange;
import dev.muster.v1.RunState;
import dev.muster.v1.ShowRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An experiment of two workers from its submission to its files. */
class ResultsTest {

  @TempDir
  Path data = Path.of("");

  @Test
  void two_workers_hand_in_what_they_measured_and_the_results_say_exactly_that()
      throws IOException, InterruptedException {
    String experiment;
    byte[] summaryFile;
    try (var coordinator = new TestCoordinator(data)) {
      experiment = coordinator.submit(2).getExperimentId();
      var events = coordinator.follow(experiment);
      run(coordinator, coordinator.worker("a"), coordinator.worker("b"));

      FollowResponse started = TestCoordinator.await(events, FollowResponse::hasRunStarted);
      assertThat(started.getRunStarted().getWorkers()).isEqualTo(2);
      assertThat(started.getRunStarted().getUsers()).isEqualTo(4);
      FollowResponse ended = TestCoordinator.await(events, FollowResponse::hasRunEnded);
      assertThat(TestCoordinator.problem(events)).isEmpty();

      var shown = coordinator.control()
          .show(ShowRequest.newBuilder().setRunId(experiment + "/4").build());
      assertThat(shown.getRun().getState()).isEqualTo(RunState.RUN_STATE_ENDED);
      assertThat(shown.getSummaryJson()).isEqualTo(ended.getRunEnded().getSummaryJson());
      Map<String, byte[]> files = fetched(coordinator, experiment);
      assertThat(files).containsKeys(
          "report.html", "tiny_4/summary.json", "tiny_4/intervals.hlog", "tiny_4/tiny_4_stats.csv");
      summaryFile = files.getOrDefault("tiny_4/summary.json", new byte[0]);
      Summary summary = SummaryJson.parse(new String(summaryFile, StandardCharsets.UTF_8));
      saysWhatWasSent(summary);
      assertThat(summary.responseTime().p99Ms())
          .isEqualTo(
              responseTimes(files.getOrDefault("tiny_4/intervals.hlog", new byte[0])).p99Ms());
    }
    assertThat(writtenAgain(experiment)).isEqualTo(summaryFile);
  }

  private static void run(TestCoordinator coordinator, FakeWorker a, FakeWorker b)
      throws InterruptedException {
    String run = a.prepare();
    b.prepare();
    assertThat(coordinator.workerCount()).isEqualTo(2);
    assertThat(a.await(MessageCase.ASSIGN).getAssign().getLanesList())
        .containsExactly(lanes(0));
    assertThat(b.await(MessageCase.ASSIGN).getAssign().getLanesList())
        .containsExactly(lanes(1));
    a.await(MessageCase.START);
    b.await(MessageCase.START);
    long[] micros = IntStream.rangeClosed(1, 100).mapToLong(i -> i * 1_000L).toArray();
    a.send(answered(run, 0, micros).setSent(103).setInFlight(3));
    b.send(refused(run, 0, 50, 60));
    b.send(refused(run, 0, 50, 60));
    a.send(
        answered(run, 1, 200_000).setSent(0)
            .setInFlight(2)
            .setGenerator(Generator.newBuilder().setCores(4).setProcessStallNanos(312_000_000)));
    b.send(quiet(run, 1).setLast(true));
    b.send(quiet(run, 1).setLast(true));
    a.send(quiet(run, 2).setInFlight(2).setLast(true));
    a.awaitAcknowledged(3);
    b.awaitAcknowledged(2);
  }

  private static LaneRange lanes(int first) {
    return LaneRange.newBuilder().setFirst(first).setEnd(first + 3).setStride(2).build();
  }

  private static void saysWhatWasSent(Summary summary) {
    assertThat(summary.ledger()).isEqualTo(new Ledger(105, 101, 2, 2, 0));
    assertThat(summary.ledger().balances()).isTrue();
    assertThat(summary.workers()).extracting(Summary.Worker::name)
        .containsExactly("name-of-a", "name-of-b");
    assertThat(summary.workers()).extracting(Summary.Worker::users).containsExactly(2, 2);
    assertThat(summary.workers()).extracting(Summary.Worker::sent).containsExactly(103L, 2L);
    assertThat(summary.expected().requests()).isPositive();
    assertThat(summary.disturbances())
        .containsExactly(new Summary.Disturbed("name-of-a", "stall", 1, 1, 312, 312));
    assertThat(summary.workers().getFirst().generator())
        .isEqualTo(new GeneratorFigures(4, 0, 0, 0, 0, 0, 0, 312));
    assertThat(summary.verdict().reasons())
        .anyMatch(reason -> reason.contains("stood still: name-of-a in 1 of 2 ticks (1)"));
    assertThat(summary.failures())
        .containsExactly(new Summary.Failure("refused", "/customerdata/{id}", "GET", 2));
  }

  /** The sum of the log's response times. */
  private static LatencyStats responseTimes(byte[] log) {
    var sum = SeriesTimes.emptyHistogram();
    try (var reader = new HistogramLogReader(new ByteArrayInputStream(log))) {
      for (var line = reader.nextIntervalHistogram(); line != null; line = reader
          .nextIntervalHistogram()) {
        if (line.getTag() != null && line.getTag().startsWith("response_time.")) {
          sum.add((AbstractHistogram) line);
        }
      }
    }
    assertThat(sum.getTotalCount()).isEqualTo(103);
    return LatencyStats.of(sum);
  }

  private static Map<String, byte[]> fetched(TestCoordinator coordinator, String experiment) {
    var files = new TreeMap<String, byte[]>();
    coordinator.control()
        .fetch(FetchRequest.newBuilder().setExperimentId(experiment).build())
        .forEachRemaining(
            piece -> files.merge(
                piece.getPath(), piece.getContent().toByteArray(), ResultsTest::joined));
    return files;
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] both = java.util.Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  /** The summary, made again from the store alone. */
  private byte[] writtenAgain(String experiment) throws IOException {
    Path folder = data.resolve("again");
    try (Store store = Store.open(data.resolve("muster.db"))) {
      var results = new StoredResults(
          store, plan(), new ResultsFolder(folder), CsvFormat.LOCUST_0_14);
      results.writeReport(
          TestCoordinator.PLAN,
          List.of(results.writeRun(store.runs(experiment).getFirst())));
    }
    return Files.readAllBytes(folder.resolve("tiny_4").resolve("summary.json"));
  }

  private static Plan plan() {
    var source = new PlanSource("plan.yaml", TestCoordinator.PLAN, List.of(), Map.of());
    return switch (PlanFile.read(source)) {
      case PlanReading.Readable(Plan plan) -> plan;
      case PlanReading.Unreadable unreadable -> throw new AssertionError(unreadable);
    };
  }
}
