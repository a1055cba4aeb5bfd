package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.target.process.ReservedPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any process may be told to end, or be killed, in the middle of a run. */
class InterruptIT {

  @TempDir
  private Path folder = Path.of("");

  @AutoClose
  private final ReservedPorts ports = new ReservedPorts();

  @Test
  void an_interrupted_run_is_drained_reported_and_judged() throws IOException {
    assumeInterruptsArrive();
    try (RecordingServer server = RecordingServer.start();
        Muster muster = Muster.start(
            folder, "run", plan(server.address(), "60s"), "--out", "out")) {
      server.await(20);
      List<ProcessHandle> workers = muster.children();
      muster.signal("INT");
      Ended ended = muster.awaitEnd();
      assertThat(ended.exitCode()).describedAs(ended.toString()).isEqualTo(130);
      assertThat(ended.err()).contains("Stopping: waits for requests in flight");
      assertThat(ended.out()).containsPattern("users +requests +expected")
          .contains("stopped_10: It was stopped after");
      Summary run = summary();
      assertThat(run.verdict().reasons()).anyMatch(reason -> reason.startsWith("It was stopped"));
      assertThat(run.ledger().balances()).isTrue();
      assertThat(run.ledger().answered()).isEqualTo(server.requests().size());
      assertThat(run.ledger().inFlight()).isZero();
      assertThat(folder.resolve("out/report.html")).exists();
      assertThat(workers).hasSize(2).noneMatch(ProcessHandle::isAlive);
    }
  }

  @Test
  void a_second_interrupt_does_not_wait_for_answers_that_never_come() throws IOException {
    assumeInterruptsArrive();
    try (BadServer server = BadServer.that(BadServer.Deed.HANG);
        Muster muster = Muster.start(
            folder, "run", plan(server.address(), "60s"), "--out", "out")) {
      server.awaitConnections(10);
      muster.signal("INT");
      muster.awaitProgress("Stopping");
      muster.signal("INT");
      Ended ended = muster.awaitEnd();
      assertThat(ended.exitCode()).describedAs(ended.toString()).isEqualTo(130);
      assertThat(summary().ledger().balances()).isTrue();
      assertThat(summary().ledger().inFlight()).isEqualTo(10);
    }
  }

  @Test
  void workers_and_target_end_by_themselves_when_the_command_is_killed() throws IOException {
    String target = "http://127.0.0.1:" + ports.any();
    try (Muster muster = Muster.start(
        folder, "run", plan(target, "60s"), "--out", "out", "--target-service")) {
      muster.awaitProgress("Run 1 of 1");
      List<ProcessHandle> children = muster.children();
      assertThat(children).hasSize(3).allMatch(ProcessHandle::isAlive);
      muster.signal("KILL");
      children.forEach(Muster::awaitGone);
    }
  }

  @Test
  void the_users_of_a_killed_worker_go_on_elsewhere_and_what_it_took_along_is_bounded()
      throws IOException {
    try (RecordingServer server = RecordingServer.start();
        Muster muster = Muster.start(
            folder, "run", plan(server.address(), "12s"), "--out", "out")) {
      server.await(60);
      Muster.signal("KILL", muster.children().getFirst());
      Ended ended = muster.awaitEnd();
      // A machine that is busy otherwise makes the generator late, which is INVALID and exit code 4.
      assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
      Summary run = summary();
      Summary.Worker lost = worker(run, true);
      Summary.Worker other = worker(run, false);
      assertThat(run.verdict().state()).isNotEqualTo(Verdict.State.VALID);
      assertThat(run.verdict().reasons()).anyMatch(
          reason -> reason.contains("Worker " + lost.name() + " was lost"));
      assertThat(run.ledger().balances()).isTrue();
      assertThat(run.ledger().lost()).isEqualTo(lost.lost()).isPositive();
      assertThat(other.answered()).isEqualTo(other.sent());
      List<RecordingServer.Request> requests = server.requests();
      assertThat((long) requests.size())
          .isBetween(lost.answered() + other.sent(), lost.sent() + lost.lost() + other.sent());
      // Every user is there at the end, and none has begun anew.
      assertThat(requests.subList(requests.size() - 60, requests.size()))
          .extracting(RecordingServer.Request::user)
          .contains("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
      for (String user : List.of("0", "1")) {
        assertThat(requests).filteredOn(request -> request.user().equals(user))
            .filteredOn(request -> request.path().equals("/0"))
            .hasSize(1);
      }
    }
  }

  private static Summary.Worker worker(Summary run, boolean lost) {
    List<Summary.Worker> those = run.workers()
        .stream()
        .filter(worker -> worker.lostContact() == lost)
        .toList();
    assertThat(those).describedAs(run.toString()).hasSize(1);
    return those.getFirst();
  }

  private String plan(String target, String duration) {
    return Muster.plan(folder, """
        name: stopped
        target: %s
        http: { headers: { X-User: '${user}' } }
        scenario: [ { get: '/${iteration}', name: / }, { think: 150ms..250ms } ]
        load: { users: 10, duration: %s }
        """.formatted(target, duration));
  }

  private Summary summary() throws IOException {
    return SummaryJson.read(folder.resolve("out/stopped_10/summary.json"));
  }

  /** A shell that starts something in the background lets it ignore interrupts, and so its children. */
  private static void assumeInterruptsArrive() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      long ignored = Files.readAllLines(status)
          .stream()
          .filter(line -> line.startsWith("SigIgn:"))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .sum();
      assumeFalse((ignored & 2) != 0, "these tests were started with interrupts ignored");
    }
  }
}
