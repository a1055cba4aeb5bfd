package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of the open model with real workers: what arrives is that of the plan, whoever sends it. */
class OpenIT {

  @TempDir
  private Path folder = Path.of("");

  @Test
  void two_hundred_a_second_for_three_seconds_are_six_hundred_requests_on_one_worker_and_on_three()
      throws IOException {
    try (Target target = Target.start(folder)) {
      String plan = plan(target.address(), "{ rate: 200/s, duration: 3s }");
      for (int workers : List.of(1, 3)) {
        Summary run = run(plan, "open_200", workers);

        assertThat(run.ledger().sent()).isEqualTo(600);
        assertThat(run.expected()).isEqualTo(new Summary.Expected(600, 0));
        assertThat(run.dropped()).isZero();
        assertThat(run.rate()).isEqualByComparingTo("200");
        assertThat(run.users()).isNull();
        assertCounted(target, run);
        assertThat(folder.resolve("csv-" + workers + "_200_stats.csv")).exists();
      }
      assertThat(Muster.run(folder, "report", "out-1", "--out", "again").exitCode())
          .isZero();
      assertThat(folder.resolve("again/open_200/summary.json"))
          .hasSameTextualContentAs(folder.resolve("out-1/open_200/summary.json"));
    }
  }

  @Test
  void poisson_arrivals_of_one_seed_are_as_many_on_one_worker_and_on_three() throws IOException {
    try (Target target = Target.start(folder)) {
      String plan = plan(
          target.address(), "{ rate: 200/s, arrivals: poisson, duration: 3s }");
      Summary one = run(plan, "open_200", 1);
      assertCounted(target, one);
      Summary three = run(plan, "open_200", 3);
      assertCounted(target, three);

      assertThat(three.ledger().sent()).isEqualTo(one.ledger().sent());
      assertThat((double) one.ledger().sent())
          .isCloseTo(one.expected().requests(), within(5 * one.expected().sd()));
    }
  }

  @Test
  void the_same_arrivals_ask_for_the_same_things_on_one_worker_and_on_three() throws IOException {
    try (RecordingServer server = RecordingServer.start()) {
      String plan = plan(server.address(), "{ rate: 100/s, arrivals: poisson, duration: 1s }");
      run(plan, "open_100", 1);
      Map<String, String> one = thingsByUser(server);
      server.forget();
      run(plan, "open_100", 3);

      assertThat(thingsByUser(server)).isEqualTo(one).hasSizeGreaterThan(50);
    }
  }

  @Test
  void what_finds_no_place_is_dropped_and_counted_and_spoils_the_result() throws IOException {
    try (Target target = Target.start(folder, "--delay", "400ms")) {
      String plan = plan(target.address(), "{ rate: 100/s, duration: 2s, max-users: 10 }");

      Ended ended = Muster.run(folder, "run", plan, "-w", "2", "--out", "out");

      Summary run = SummaryJson.read(folder.resolve("out/open_100/summary.json"));
      assertThat(ended.exitCode()).describedAs(ended.toString()).isEqualTo(4);
      assertThat(ended.out()).contains("   rate  ", "dropped", "max-users was reached");
      assertThat(run.ledger().sent() + run.dropped()).isEqualTo(200);
      assertThat(run.dropped()).isGreaterThan(100);
      assertThat(run.verdict().state()).isEqualTo(Verdict.State.INVALID);
      assertCounted(target, run);
    }
  }

  private String plan(String target, String load) {
    return Muster.plan(folder, """
        name: open
        target: %s
        http: { headers: { X-User: '${user}' } }
        scenario: [ { get: '/customerdata/${random(1, 4499)}', name: '/customerdata/{id}' } ]
        load: %s
        """.formatted(target, load));
  }

  private Summary run(String plan, String name, int workers) throws IOException {
    String out = "out-" + workers;
    Ended ended = Muster.run(
        folder, "run", plan, "-w", String.valueOf(workers), "--out", out, "--csv",
        "csv-" + workers);
    // 4 says that this machine was too busy to send in time, which is not what is tried here.
    assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
    Summary run = SummaryJson.read(folder.resolve(out).resolve(name).resolve("summary.json"));
    assertThat(run.workers()).hasSize(workers);
    return run;
  }

  /** Every request was answered, and the service counted as many. */
  private static void assertCounted(Target target, Summary run) {
    assertThat(run.ledger().balances()).isTrue();
    assertThat(run.ledger().answered()).isEqualTo(run.ledger().sent())
        .isEqualTo(target.answered());
    target.reset();
  }

  private static Map<String, String> thingsByUser(RecordingServer server) {
    var things = new HashMap<String, String>();
    for (RecordingServer.Request request : server.requests()) {
      assertThat(things.put(request.user(), request.path())).isNull();
    }
    return things;
  }
}
