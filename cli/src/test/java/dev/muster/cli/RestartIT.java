package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.report.Summary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed, and others that go on where they were; each a process of its own. */
class RestartIT {

  @TempDir
  private Path folder = Path.of("");

  @Test
  void a_coordinator_that_is_killed_and_started_again_ends_the_run_as_if_nothing_had_been()
      throws IOException {
    try (Cluster cluster = Cluster.start(folder, 2);
        RecordingServer server = RecordingServer.start();
        Muster submit = cluster.start("submit", MovingUsers.plan(folder, server, "14s"), "-w", "2",
            "--out", "out")) {
      server.await(60);
      cluster.killCoordinator();
      int without = server.requests().size();
      server.await(without + 60);
      cluster.startCoordinatorAgain();

      Ended ended = submit.awaitEnd();
      assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
      assertThat(ended.err()).contains("The coordinator is gone; waits for it to be back.");
      Summary run = MovingUsers.summary(folder);
      assertThat(run.ledger().lost()).isZero();
      assertThat(run.ledger().balances()).isTrue();
      assertThat(run.ledger().sent()).isEqualTo(server.requests().size());
      assertThat(run.verdict().reasons())
          .noneMatch(reason -> reason.contains("lost") || reason.contains("out of touch"));
      for (int user = 0; user < 10; user++) {
        List<Integer> iterations = MovingUsers.iterations(server, user);
        assertThat(iterations).as("user %d", user)
            .isEqualTo(IntStream.range(0, iterations.size()).boxed().toList());
      }
    }
  }

  @Test
  void workers_without_a_coordinator_stand_still_in_the_end_and_go_on_when_there_is_one()
      throws IOException {
    try (Cluster cluster = Cluster.start(folder, 0);
        RecordingServer server = RecordingServer.start()) {
      cluster.join("patient", "--orphan-timeout", "1");
      try (Muster submit = cluster.start("submit", MovingUsers.plan(folder, server, "14s"), "--out",
          "out")) {
        server.await(60);
        cluster.killCoordinator();
        cluster.workers().getFirst().awaitProgress("the load stands still");
        int before = server.requests().size();
        cluster.startCoordinatorAgain();
        server.await(before + 60);

        Ended ended = submit.awaitEnd();
        assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 3, 4);
        Summary run = MovingUsers.summary(folder);
        assertThat(run.ledger().lost()).isZero();
        assertThat(run.ledger().sent()).isEqualTo(server.requests().size());
      }
    }
  }

  @Test
  void what_a_killed_worker_has_measured_is_delivered_by_the_next_one_of_its_machine()
      throws IOException {
    try (Cluster cluster = Cluster.start(folder, 1);
        RecordingServer server = RecordingServer.start()) {
      Muster doomed = cluster.join("doomed");
      try (
          Muster submit = cluster.start("submit", MovingUsers.plan(folder, server, "14s"), "-w",
              "2", "--out", "out")) {
        server.await(40);
        // It measures what nobody can take from it, and has an orphan's time to do so.
        cluster.coordinator().signal("STOP");
        server.await(server.requests().size() + 60);
        doomed.signal("KILL");
        Muster.awaitGone(doomed.handle());
        cluster.coordinator().signal("CONT");
        cluster.join("heir").awaitProgress("Delivers what worker");

        Ended ended = submit.awaitEnd();
        assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
        Summary run = MovingUsers.summary(folder);
        int received = server.requests().size();
        long known = run.ledger().sent() - run.ledger().lost();
        assertThat(known).isLessThanOrEqualTo(received);
        assertThat(run.ledger().sent()).isGreaterThanOrEqualTo(received);
        // Five users, each with some three requests in the second that went with the process.
        assertThat(received - known).isLessThanOrEqualTo(40);
        assertThat(run.verdict().reasons()).anyMatch(reason -> reason.contains("doomed"));
      }
      try (Stream<Path> left = Files.walk(folder.resolve("state"))) {
        assertThat(left.filter(each -> each.toString().endsWith(".part"))).isEmpty();
      }
    }
  }

}
