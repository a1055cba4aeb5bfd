package dev.muster.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.target.AllowedTargets;
import dev.muster.trust.rpc.Dialer;
import dev.muster.v1.Acknowledge;
import dev.muster.v1.Assign;
import dev.muster.v1.ClockProbe;
import dev.muster.v1.ClockReading;
import dev.muster.v1.Generator;
import dev.muster.v1.Health;
import dev.muster.v1.Hello;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.LaneRange;
import dev.muster.v1.Notice;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.Prepare;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import dev.muster.v1.Start;
import dev.muster.v1.Stay;
import dev.muster.v1.Stop;
import dev.muster.v1.Version;
import dev.muster.worker.machine.Lease;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerAgentTest {

  @TempDir
  private Path spool = Path.of("");

  /** Nobody listens on port 1, so every request fails at once, which is an end like any other. */
  private static final String PLAN = """
      name: refused
      target: http://127.0.0.1:1
      scenario:
        - get: /
        - think: 50ms
      load:
        users: 4
        duration: %s
      """;

  @Test
  void it_introduces_itself_and_answers_for_its_clock() throws IOException {
    try (var coordinator = new FakeCoordinator(); var _ = worker(coordinator.port())) {
      var worker = coordinator.nextWorker();
      Hello hello = worker.next().getHello();
      assertThat(hello.getWorkerName()).isEqualTo("tester");
      assertThat(hello.getProtocolVersion()).isEqualTo(1);
      assertThat(hello.getEventLoops()).isEqualTo(2);
      assertThat(hello.getAllowedTargetsList()).containsExactly("127.0.0.0/8", "0:0:0:0:0:0:0:1");

      worker.welcome();
      worker.say(
          JoinResponse.newBuilder().setClockProbe(ClockProbe.newBuilder().setSentUnixNanos(5)));

      ClockReading reading = worker.next(JoinRequest::hasClockReading).getClockReading();
      assertThat(reading.getProbeSentUnixNanos()).isEqualTo(5);
      assertThat(reading.getRepliedUnixNanos())
          .isGreaterThanOrEqualTo(reading.getReceivedUnixNanos());
    }
  }

  @Test
  void a_run_goes_from_prepare_to_the_last_snapshot() throws IOException {
    try (var coordinator = new FakeCoordinator(); var _ = worker(coordinator.port())) {
      var worker = coordinator.nextWorker();
      worker.welcome();
      begin(worker, "1s");

      List<Snapshot> snapshots = worker.snapshotsToTheLast();

      assertThat(snapshots.getFirst().getSequence()).isEqualTo(1);
      long sent = snapshots.stream().mapToLong(Snapshot::getSent).sum();
      // Lanes 0 and 2 of 4, each at least at 0 ms and some 19 times more.
      assertThat(sent).isBetween(2L, 40L);
      assertThat(sent).isEqualTo(
          snapshots.stream()
              .flatMap(snapshot -> snapshot.getSeriesList().stream())
              .mapToLong(Series::getCount)
              .sum() + snapshots.getLast().getInFlight());
      assertThat(snapshots.getFirst().getFailures(0).getKind()).isEqualTo("refused");
      assertThat(snapshots).allSatisfy(snapshot -> {
        assertThat(snapshot.hasGenerator()).isTrue();
        assertThat(snapshot.getGenerator().getCores()).isPositive();
      });
      Generator first = snapshots.getFirst().getGenerator();
      assertThat(first.getIntervalNanos()).isPositive();
      assertThat(first.getCpuNanos()).isPositive();
      assertThat(first.getLoopCpuNanos()).isPositive();
    }
  }

  @Test
  void what_was_not_acknowledged_is_sent_again_in_order_over_the_next_link() throws IOException {
    try (var coordinator = new FakeCoordinator(); var _ = worker(coordinator.port())) {
      var first = coordinator.nextWorker();
      String id = first.next().getHello().getWorkerId();
      first.welcome();
      begin(first, "4s");
      assertThat(first.snapshots(2)).extracting(Snapshot::getSequence).containsExactly(1L, 2L);
      acknowledge(first, 1);
      first.breakOff(Status.UNAVAILABLE);

      var second = coordinator.nextWorker();
      assertThat(second.next().getHello().getWorkerId()).isEqualTo(id);
      assertThat(second.within(1_200)).as("ticks end, and nothing overtakes Welcome").isEmpty();
      second.welcome();

      assertThat(second.snapshotsToTheLast()).extracting(Snapshot::getSequence)
          .startsWith(2L, 3L, 4L)
          .isSorted()
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void a_run_that_is_over_does_not_begin_again() throws IOException {
    try (var coordinator = new FakeCoordinator(); var _ = worker(coordinator.port())) {
      var worker = coordinator.nextWorker();
      worker.welcome();
      begin(worker, "100ms");
      acknowledge(worker, worker.snapshotsToTheLast().getLast().getSequence());
      worker.next(message -> message.getHealth().equals(Health.getDefaultInstance())
          && message.hasHealth());

      begin(worker, "100ms");

      // Had it begun again, health would name it, or a snapshot would come first.
      JoinRequest next = worker.next(message -> message.hasHealth() || message.hasSnapshot());
      assertThat(next.getHealth()).isEqualTo(Health.getDefaultInstance());
      assertThat(next.hasSnapshot()).isFalse();
    }
  }

  @Test
  void prepare_may_be_repeated_and_says_what_is_wrong_with_a_plan() throws IOException {
    try (var coordinator = new FakeCoordinator(); var _ = worker(coordinator.port())) {
      var worker = coordinator.nextWorker();
      worker.welcome();
      for (int time = 0; time < 2; time++) {
        worker.say(prepare("run", PLAN.formatted("1s")));
        assertThat(worker.next(JoinRequest::hasPrepared).getPrepared().getProblem()).isEmpty();
      }

      worker.say(prepare("other", "name: broken"));

      assertThat(worker.next(JoinRequest::hasPrepared).getPrepared().getProblem()).isNotEmpty();
    }
  }

  @Test
  void a_stop_ends_a_run_early_with_its_last_snapshot() throws IOException {
    try (var coordinator = new FakeCoordinator(); var _ = worker(coordinator.port())) {
      var worker = coordinator.nextWorker();
      worker.welcome();
      begin(worker, "10m");
      assertThat(worker.next(JoinRequest::hasHealth).getHealth().getRunId()).isEqualTo("run");

      worker.say(
          JoinResponse.newBuilder().setStop(Stop.newBuilder().setRunId("run").setDrainNanos(-1)));

      Snapshot snapshot = worker.snapshots(1).getFirst();
      while (!snapshot.getLast()) {
        snapshot = worker.snapshots(1).getFirst();
      }
      assertThat(snapshot.getInFlight()).isZero();
    }
  }

  @Test
  void a_plan_for_another_target_is_refused_whoever_asks_for_it() throws IOException {
    try (var coordinator = new FakeCoordinator(); var _ = worker(coordinator.port())) {
      var worker = coordinator.nextWorker();
      worker.welcome();
      String plan = PLAN.formatted("1s").replace("127.0.0.1:1", "shop.example");

      worker.say(prepare("forged", plan));

      assertThat(worker.next(JoinRequest::hasPrepared).getPrepared().getProblem()).isEqualTo(
          "the plan's target http://shop.example:80 is not allowed by worker tester, which sends to "
              + "loopback only; start it with --allow-target shop.example:80");
      // And what it is told to send all the same is nothing that it has.
      worker.say(
          JoinResponse.newBuilder()
              .setStart(
                  Start.newBuilder().setRunId("forged").setStartUnixNanos(UnixTime.nanos())));
      begin(worker, "1s");
      assertThat(worker.snapshotsToTheLast()).extracting(Snapshot::getRunId).containsOnly("run");
    }
  }

  @Test
  void a_refused_worker_ends_and_says_why() throws IOException {
    try (var coordinator = new FakeCoordinator(); var agent = worker(coordinator.port())) {
      coordinator.nextWorker()
          .breakOff(Status.FAILED_PRECONDITION.withDescription("speaks 2, not 1"));

      assertThat(agent.awaitEnd()).isEqualTo(
          WorkerEnd.noCoordinator("the coordinator refused this worker: speaks 2, not 1"));
    }
  }

  @Test
  void a_worker_that_is_welcomed_in_another_protocol_ends_with_both_versions_and_does_not_retry()
      throws IOException {
    try (var coordinator = new FakeCoordinator(); var agent = worker(coordinator.port())) {
      var worker = coordinator.nextWorker();
      Hello hello = worker.next().getHello();
      assertThat(new Version(hello.getProductVersion(), hello.getProtocolVersion()))
          .isEqualTo(Version.OURS);
      worker.welcome(new Version("9.1", 2));

      assertThat(agent.awaitEnd().why()).isEqualTo(
          "worker " + Version.OURS.product()
              + " cannot join coordinator 9.1 (protocol 1 and 2): use the same Muster for both");
      assertThat(coordinator.isLeftAlone(500)).isTrue();
    }
  }

  @Test
  void a_worker_that_finds_something_else_than_a_coordinator_ends_and_says_so() throws IOException {
    try (var coordinator = new FakeCoordinator(); var agent = worker(coordinator.port())) {
      coordinator.nextWorker().breakOff(Status.UNIMPLEMENTED);

      assertThat(agent.awaitEnd().why()).isEqualTo(
          "what answers at 127.0.0.1:" + coordinator.port() + " is no coordinator that worker "
              + Version.OURS.product() + " can join: use the same Muster for both");
    }
  }

  @Test
  void a_worker_that_finds_no_coordinator_gives_up() throws IOException {
    try (var agent = new WorkerAgent(
        new WorkerOptions("127.0.0.1", 1, "tester", 1, List.of(), AllowedTargets.loopback(), null,
            Duration.ofMillis(300), Duration.ofSeconds(60), spool, Optional.empty()),
        Dialer.plain())) {
      assertThat(agent.awaitEnd())
          .isEqualTo(WorkerEnd.noCoordinator("no coordinator at 127.0.0.1:1 for 0 s"));
    }
  }

  @Test
  void each_word_that_its_machine_may_stay_is_written_down_and_one_without_sense_is_not(
      @TempDir Path folder) throws IOException {
    Path file = folder.resolve("lease");
    try (var coordinator = new FakeCoordinator();
        var _ = worker(
            coordinator.port(),
            Optional.of(
                new Lease(file, () -> Instant.ofEpochSecond(1_000_000_000))))) {
      var worker = coordinator.nextWorker();
      assertThat(worker.next().getHello().getLeased()).isTrue();
      worker.welcome();
      for (long millis : new long[]{900_000, 0, -1, Long.MAX_VALUE}) {
        worker.say(
            JoinResponse.newBuilder().setStay(Stay.newBuilder().setForMillis(millis)));
      }
      // Words are read one after the other.
      worker.say(prepare("run", "name: broken"));
      worker.next(JoinRequest::hasPrepared);

      assertThat(file).hasContent("1000000900");
    }
  }

  @Test
  void a_worker_whose_machine_will_be_taken_says_so_leaves_and_has_ended_before_that()
      throws IOException {
    try (var coordinator = new FakeCoordinator(); var agent = worker(coordinator.port())) {
      var worker = coordinator.nextWorker();
      worker.welcome();
      begin(worker, "10m");
      worker.next(JoinRequest::hasHealth);
      Instant taken = Instant.now().plusSeconds(6);

      agent.mayBeTaken("rebalance");
      agent.willBeTaken(taken, "spot interruption");

      assertThat(worker.next(JoinRequest::hasNotice).getNotice().getTakenUnixNanos()).isZero();
      assertThat(worker.next(JoinRequest::hasNotice).getNotice())
          .isEqualTo(
              Notice.newBuilder()
                  .setTakenUnixNanos(UnixTime.nanos(taken))
                  .setReason("spot interruption")
                  .build());
      assertThat(worker.next(JoinRequest::hasLeave).hasLeave()).isTrue();
      // Nobody takes its users.
      assertThat(agent.awaitEnd()).isEqualTo(WorkerEnd.told());
    }
  }

  @Test
  void a_closed_worker_completes_its_stream_and_does_not_come_back() throws IOException {
    try (var coordinator = new FakeCoordinator()) {
      var agent = worker(coordinator.port());
      var worker = coordinator.nextWorker();
      worker.welcome();
      begin(worker, "10m");
      worker.next(JoinRequest::hasHealth);

      agent.close();

      assertThat(worker.end.join()).isEqualTo("completed");
      assertThat(agent.awaitEnd()).isEqualTo(WorkerEnd.told());
      agent.close();
    }
  }

  @Test
  void a_worker_that_is_closed_while_it_waits_to_join_does_not_join() throws IOException {
    try (var coordinator = new FakeCoordinator()) {
      var agent = worker(coordinator.port());
      for (int time = 0; time < 3; time++) {
        coordinator.nextWorker().breakOff(Status.UNAVAILABLE);
      }

      agent.close();

      assertThat(agent.awaitEnd()).isEqualTo(WorkerEnd.told());
      assertThat(coordinator.isLeftAlone(1_000)).isTrue();
    }
  }

  private WorkerAgent worker(int port) throws IOException {
    return worker(port, Optional.empty());
  }

  private WorkerAgent worker(int port, Optional<Lease> lease) throws IOException {
    return new WorkerAgent(
        new WorkerOptions("127.0.0.1", port, "tester", 2, List.of(), AllowedTargets.loopback(),
            null, Duration.ofSeconds(60), Duration.ofSeconds(60), spool, lease),
        Dialer.plain());
  }

  /** Lanes 0 and 2 of the plan, at once. */
  private static void begin(FakeCoordinator.Worker worker, String duration) {
    worker.say(prepare("run", PLAN.formatted(duration)));
    worker.next(JoinRequest::hasPrepared);
    worker.say(
        JoinResponse.newBuilder()
            .setAssign(
                Assign.newBuilder()
                    .setRunId("run")
                    .setEpoch(1)
                    .addLanes(LaneRange.newBuilder().setFirst(0).setEnd(4).setStride(2))));
    worker.say(
        JoinResponse.newBuilder()
            .setStart(
                Start.newBuilder().setRunId("run").setStartUnixNanos(UnixTime.nanos())));
  }

  private static JoinResponse.Builder prepare(String runId, String plan) {
    return JoinResponse.newBuilder()
        .setPrepare(
            Prepare.newBuilder()
                .setRunId(runId)
                .setDocument(
                    PlanDocument.newBuilder().setFileName("plan.yaml").setText(plan)));
  }

  private static void acknowledge(FakeCoordinator.Worker worker, long sequence) {
    worker.say(
        JoinResponse.newBuilder()
            .setAcknowledge(
                Acknowledge.newBuilder().setRunId("run").setSequence(sequence)));
  }
}
