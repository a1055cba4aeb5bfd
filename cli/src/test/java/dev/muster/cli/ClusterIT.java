package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.target.process.ReservedPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Coordinator, workers and the one who submits, each a process of its own. */
class ClusterIT {

  @TempDir
  private static Path folder = Path.of("");

  @AutoClose
  private final ReservedPorts ports = new ReservedPorts();

  @RegisterExtension
  private static final SharedCluster CLUSTER = new SharedCluster(() -> folder, 2);

  @Test
  void a_submitted_plan_is_followed_and_its_results_are_brought_home() throws IOException {
    try (RecordingServer server = RecordingServer.start()) {
      Ended ended = CLUSTER.ask(
          "submit", plan("brief", server, "1500ms"), "--out", "home", "-w", "2", "--csv",
          "csv/a", "--csv-format", "locust-2");
      assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
      Path file = folder.resolve("home/brief_6/summary.json");
      Summary run = SummaryJson.read(file);
      assertThat(run.workers()).extracting(Summary.Worker::name)
          .containsExactlyInAnyOrder("worker-1", "worker-2");
      assertThat(run.ledger().answered()).isEqualTo(server.requests().size()).isPositive();
      assertThat(folder.resolve("home/report.html")).exists();
      assertThat(folder.resolve("csv/a_6_stats.csv")).content()
          .startsWith("Type,Name,Request Count,Failure Count,");

      String list = CLUSTER.ask("runs", "list").out();
      assertThat(list).contains("ended", "6 users", "2 workers: ", "worker-1", "worker-2");
      String id = list.lines().filter(line -> line.startsWith("brief-")).findFirst().orElseThrow();
      id = id.substring(0, id.indexOf(' '));
      assertThat(CLUSTER.ask("runs", "show", id).out()).contains(id + ": 6 users, ended");
      assertThat(CLUSTER.ask("runs", "show", id, "--json").out().strip())
          .isEqualTo(Files.readString(file).strip());
    }
  }

  @Test
  void a_detached_run_goes_on_until_it_is_stopped() throws IOException {
    try (RecordingServer server = RecordingServer.start()) {
      Ended detached = CLUSTER.ask("submit", plan("long", server, "60s"), "--detach");
      assertThat(detached.exitCode()).describedAs(detached.toString()).isZero();
      String id = detached.out().strip();
      assertThat(id).matches("long-\\S+/6");
      server.await(10);
      assertThat(CLUSTER.ask("runs", "show", id).out()).contains(id + ": 6 users, running");
      assertThat(CLUSTER.ask("runs", "stop", id).out()).isEqualTo("Stopping " + id + ".");
      Ended shown = awaitAnswer(CLUSTER.address(), "ended", "runs", "show", id);
      assertThat(shown.out()).contains("It was stopped after");
    }
  }

  @Test
  void a_plan_for_a_target_that_workers_do_not_allow_is_refused_with_what_would() {
    String plan = CLUSTER.plan("elsewhere", """
        target: http://192.0.2.1
        scenario: [ { get: / }, { think: 100ms } ]
        load: { users: 1, duration: 1s }
        """);

    Ended ended = CLUSTER.ask("submit", plan);

    assertThat(ended.exitCode()).isEqualTo(1);
    // By whichever of the two has joined first.
    assertThat(ended.err()).containsPattern(
        "the plan's target http://192\\.0\\.2\\.1:80 is not allowed by worker worker-[12], which sends to "
            + "127\\.0\\.0\\.0/8, no-such-host\\.invalid only; start it with "
            + "--allow-target 192\\.0\\.2\\.1:80");
  }

  @Test
  void what_nobody_knows_is_said_to_be_unknown() {
    for (String command : new String[]{"show", "stop"}) {
      Ended ended = CLUSTER.ask("runs", command, "none/1");
      assertThat(ended.exitCode()).isEqualTo(1);
      assertThat(ended.err()).contains("none/1").doesNotContain("Exception");
    }
  }

  @Test
  void a_plan_waits_for_workers_only_as_long_as_it_was_told_to() throws IOException {
    try (RecordingServer server = RecordingServer.start()) {
      Ended ended = CLUSTER.ask(
          "submit", plan("crowded", server, "60s"), "-w", "5", "--wait", "1");
      assertThat(ended.exitCode()).describedAs(ended.toString()).isEqualTo(1);
      assertThat(ended.err()).contains("of 5 workers have joined in the time given.");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void a_worker_joins_a_coordinator_that_comes_later_and_the_one_after_it() throws IOException {
    String port = String.valueOf(ports.any());
    String address = "127.0.0.1:" + port;
    // A token can be made before its coordinator is there.
    String token = Muster.run(folder, "coordinator", "token", "--data", "later").out().strip();
    try (Muster worker = Muster.start(
        Main.class, folder, Map.of("MUSTER_JOIN", token), "worker", "--join", address, "--name",
        "early", "--give-up-after", "20")) {
      try (Muster coordinator = Muster.start(
          folder, "coordinator", "--port", port, "--data", "later")) {
        coordinator.awaitOutput("listens on " + address + ".");
        awaitAnswer(address, "1 worker: early", "runs", "list");
      }
      try (Muster coordinator = Muster.start(
          folder, "coordinator", "--port", port, "--data", "later")) {
        coordinator.awaitOutput("listens on " + address + ".");
        awaitAnswer(address, "1 worker: early", "runs", "list");
        worker.signal("TERM");
        assertThat(worker.awaitEnd().exitCode()).isEqualTo(143);
      }
    }
  }

  @Test
  void a_coordinator_that_is_told_to_end_does_and_everybody_notices() throws IOException {
    try (RecordingServer server = RecordingServer.start();
        Cluster brief = Cluster.start(Files.createDirectory(folder.resolve("brief")), 1);
        Muster submit = brief.start("submit", plan("cut", server, "60s"))) {
      server.await(10);
      brief.coordinator().signal("TERM");
      Ended coordinator = brief.coordinator().awaitEnd();
      assertThat(coordinator.exitCode()).describedAs(coordinator.toString()).isEqualTo(143);
      assertThat(coordinator.err()).doesNotContain("Exception", "could be closed");
      submit.awaitProgress("The coordinator is gone; waits for it to be back.");
      // The load goes on meanwhile.
      server.await(server.requests().size() + 20);
      submit.signal("INT");
      Ended follower = submit.awaitEnd();
      assertThat(follower.exitCode()).describedAs(follower.toString()).isEqualTo(130);
      assertThat(follower.err()).contains("goes on when it is back")
          .doesNotContain("Exception");
    }
  }

  private static String plan(String name, RecordingServer server, String duration) {
    return CLUSTER.plan(name, """
        name: %s
        target: %s
        scenario: [ { get: / }, { think: 200ms } ]
        load: { users: 6, duration: %s }
        """.formatted(name, server.address(), duration));
  }

  /** Asks again until the answer fits; to ask takes about as long as anyone wants to wait. */
  private static Ended awaitAnswer(String address, String text, String... question) {
    long deadline = System.nanoTime() + Muster.PATIENCE.toNanos();
    String[] command = Stream.concat(Stream.of(question), Stream.of("--to", address))
        .toArray(String[]::new);
    Ended answer = Muster.run(folder, command);
    while (!answer.out().contains(text)) {
      assertThat(System.nanoTime()).describedAs("too late: " + answer).isLessThan(deadline);
      answer = Muster.run(folder, command);
    }
    return answer;
  }
}
