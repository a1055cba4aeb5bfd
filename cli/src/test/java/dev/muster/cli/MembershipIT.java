package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.report.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that come and go while a run is on, each a process of its own. */
class MembershipIT {

  @TempDir
  private Path folder = Path.of("");

  @Test
  void a_worker_that_is_drained_takes_nothing_along_and_ends() throws IOException {
    try (Cluster cluster = Cluster.start(folder, 1)) {
      Muster leaver = cluster.join("leaver");

      Summary run = run(cluster, 2, _ -> {
        assertThat(cluster.ask("workers", "drain", "leaver").out()).contains("leaver leaves.");
        assertThat(leaver.awaitEnd().exitCode()).isZero();
      });

      assertThat(run.workers()).extracting(Summary.Worker::name)
          .containsExactlyInAnyOrder("worker-1", "leaver");
    }
  }

  @Test
  void a_worker_that_is_told_to_end_by_its_machine_leaves_in_the_same_way() throws IOException {
    try (Cluster cluster = Cluster.start(folder, 1)) {
      Muster leaver = cluster.join("leaver");

      run(cluster, 2, _ -> {
        leaver.signal("TERM");
        leaver.awaitEnd();
      });
    }
  }

  @Test
  void a_worker_that_joins_takes_its_part() throws IOException {
    try (Cluster cluster = Cluster.start(folder, 1)) {
      Summary run = run(cluster, 1, server -> {
        cluster.join("late");
        server.await(server.requests().size() + 1);
      });

      Summary.Worker late = run.workers()
          .stream()
          .filter(worker -> worker.name().equals("late"))
          .findFirst()
          .orElseThrow();
      assertThat(late.sent()).isPositive();
      assertThat(late.users()).isEqualTo(5);
    }
  }

  @Test
  void a_worker_that_was_stopped_finds_its_users_taken_and_gets_a_part_again() throws Exception {
    try (Cluster cluster = Cluster.start(folder, 1);
        RecordingServer server = RecordingServer.start()) {
      Muster stopped = cluster.join("stopped");
      try (
          Muster submit = cluster.start("submit", MovingUsers.plan(folder, server, "18s"), "-w",
              "2", "--out", "out")) {
        server.await(60);
        stopped.signal("STOP");
        int before = server.requests().size();
        // Five users go on, and after some seconds ten do: then more come than five can send in that time.
        server.await(before + 120);
        stopped.signal("CONT");
        int after = server.requests().size();
        Ended ended = submit.awaitEnd();
        assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);

        Summary run = MovingUsers.summary(folder);
        assertThat(run.ledger().lost()).isZero();
        assertThat(run.ledger().balances()).isTrue();
        assertThat(run.ledger().sent()).isEqualTo(server.requests().size());
        assertThat(run.verdict().reasons())
            .anyMatch(reason -> reason.startsWith("Worker stopped was out of touch from second "));
        assertThat(run.disturbances())
            .anyMatch(each -> each.cause().equals("absent") && each.worker().equals("stopped"));
        for (int user = 0; user < 10; user++) {
          eachWaitsForItself(user, server.requests().subList(after + 20, server.requests().size()));
        }
      }
    }
  }

  /** One user thinks between its requests; two of one number do not. */
  private static void eachWaitsForItself(int user, List<RecordingServer.Request> requests) {
    long[] came = requests.stream()
        .filter(request -> request.user().equals(String.valueOf(user)))
        .mapToLong(RecordingServer.Request::nanos)
        .toArray();
    assertThat(came).as("user %d", user).hasSizeGreaterThan(3);
    long quick = IntStream.range(1, came.length)
        .filter(i -> came[i] - came[i - 1] < 200_000_000)
        .count();
    // One of its requests may have waited for the machine.
    assertThat(quick).as("user %d", user).isLessThanOrEqualTo(1);
  }

  /**
   * Runs ten users for some seconds, in the middle of which something happens, and sees to it that each of
   * them did one iteration after the other, none twice and none left out.
   */
  private Summary run(Cluster cluster, int workers, Consumer<RecordingServer> inTheMiddle)
      throws IOException {
    try (RecordingServer server = RecordingServer.start()) {
      try (Muster submit = cluster.start(
          "submit", MovingUsers.plan(folder, server, "14s"), "-w", String.valueOf(workers), "--out",
          "out")) {
        server.await(60);
        inTheMiddle.accept(server);
        Ended ended = submit.awaitEnd();
        assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
      }
      Summary run = MovingUsers.summary(folder);
      assertThat(run.ledger().lost()).isZero();
      assertThat(run.ledger().balances()).isTrue();
      assertThat(run.ledger().sent()).isEqualTo(server.requests().size());
      assertThat(run.verdict().reasons()).noneMatch(reason -> reason.contains("lost"));
      for (int user = 0; user < 10; user++) {
        List<Integer> iterations = MovingUsers.iterations(server, user);
        assertThat(iterations).as("user %d", user)
            .isEqualTo(IntStream.range(0, iterations.size()).boxed().toList());
        assertThat(iterations).as("user %d", user).hasSizeGreaterThan(20);
      }
      return run;
    }
  }
}
