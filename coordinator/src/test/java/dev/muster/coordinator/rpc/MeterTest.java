package dev.muster.coordinator.rpc;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.v1.BillRequest;
import dev.muster.v1.FleetInfo;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse.MessageCase;
import dev.muster.v1.Leave;
import dev.muster.v1.ListRequest;
import dev.muster.v1.ListResponse;
import dev.muster.v1.Machine;
import dev.muster.v1.ScaleRequest;
import dev.muster.v1.WorkerInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What machines cost, and what becomes of their workers when that is as much as it may be. */
class MeterTest {

  private static final long HOUR_NANOS = 3_600_000_000_000L;
  private static final String AT_CEILING = "fleet workers has reached its ceiling of 5.00 USD: its workers leave";

  @TempDir
  private Path data = Path.of("");

  private TestCoordinator coordinator;

  @BeforeEach
  void start() throws IOException {
    coordinator = new TestCoordinator(data);
  }

  @AfterEach
  void end() {
    coordinator.close();
  }

  @Test
  void workers_and_fleets_are_listed_with_what_they_cost() throws InterruptedException {
    coordinator.worker("a");
    coordinator.worker("b");
    coordinator.worker("c");
    Machine unpriced = machine("b", "").toBuilder().setType("x9.large").build();
    Machine alive = machine("d", "7.2").toBuilder().setFleet("before").build();
    Machine gone = alive.toBuilder()
        .setEndedUnixNanos(alive.getSinceUnixNanos() + HOUR_NANOS)
        .build();
    bill(BillRequest.newBuilder()
        .addMachines(machine("a", "3.6"))
        .addMachines(unpriced)
        .addMachines(gone)
        .setFleet("workers")
        .setCeilingUsd("5000"));

    ListResponse list = list();

    assertThat(list.getWorkersList()).containsExactly("name-of-a", "name-of-b", "name-of-c");
    assertThat(list.getWorkerInfosList()).extracting(WorkerInfo::getName)
        .isEqualTo(list.getWorkersList());
    WorkerInfo a = list.getWorkerInfos(0);
    assertThat(a.getMachine().getType()).isEqualTo("c7g.large");
    assertThat(new BigDecimal(a.getCostUsd())).isBetween(
        new BigDecimal("7.2"), new BigDecimal("7.5"));
    assertThat(list.getWorkerInfos(1).getCostUsd()).isEmpty();
    assertThat(list.getWorkerInfos(2).hasMachine()).isFalse();
    assertThat(list.getFleetsList()).extracting(FleetInfo::getName)
        .containsExactly("before", "workers");
    assertThat(list.getFleets(0)).isEqualTo(
        FleetInfo.newBuilder()
            .setName("before")
            .setMachines(1)
            .setUsdPerHour("0")
            .setCostUsd("7.2")
            .build());
    FleetInfo workers = list.getFleets(1);
    assertThat(workers).returns(2, FleetInfo::getMachines)
        .returns(2, FleetInfo::getRunning)
        .returns("", FleetInfo::getUsdPerHour)
        .returns("5000", FleetInfo::getCeilingUsd)
        .returns(true, FleetInfo::getIncomplete)
        .returns(a.getCostUsd(), FleetInfo::getCostUsd);
  }

  @Test
  void another_coordinator_on_the_same_data_goes_on_with_the_meter() throws IOException {
    bill(BillRequest.newBuilder()
        .addMachines(machine("a", "3.6"))
        .setFleet("workers")
        .setCeilingUsd("50"));

    restart();

    assertThat(list().getFleetsList()).singleElement()
        .returns("3.6", FleetInfo::getUsdPerHour)
        .returns("50", FleetInfo::getCeilingUsd);
  }

  private void restart() throws IOException {
    coordinator.close();
    coordinator = new TestCoordinator(data);
  }

  @Test
  void what_makes_no_sense_is_refused_and_nothing_of_it_is_taken() {
    Machine good = machine("a", "3.6");
    for (Machine bad : List.of(
        machine("b", "-1"), machine("b", "1e99"), machine("b", "much"),
        machine("b", "1").toBuilder().setSinceUnixNanos(0).build(),
        machine("b", "1").toBuilder().setEndedUnixNanos(1).build(),
        machine("b", "1").toBuilder().setUntilUnixNanos(1).build(),
        machine("b", "1").toBuilder().setFleet("").build(),
        machine("b", "1").toBuilder().setFleet("a\nb").build(),
        machine("b", "1").toBuilder().setWorkerName("").build(),
        machine("b", "1").toBuilder().setType("x".repeat(999)).build())) {
      assertRefused(BillRequest.newBuilder().addMachines(good).addMachines(bad));
    }
    for (String usd : List.of("0", "-5", "five", "1".repeat(99))) {
      assertRefused(
          BillRequest.newBuilder().addMachines(good).setFleet("workers").setCeilingUsd(usd));
    }
    assertRefused(BillRequest.newBuilder().addMachines(good).setCeilingUsd("5"));

    assertThat(list().getFleetsList()).isEmpty();
    assertThat(refusal(BillRequest.newBuilder().addMachines(machine("b", "much"))).getDescription())
        .isEqualTo(
            "what an hour of machine name-of-b costs is to be told in US dollars, as a decimal "
                + "number such as 0.0725");
  }

  private void assertRefused(BillRequest.Builder request) {
    assertThat(refusal(request).getCode()).as("%s", request)
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  private Status refusal(BillRequest.Builder request) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> bill(request)).getStatus();
  }

  @Test
  void a_run_of_a_fleet_that_reaches_its_ceiling_is_stopped_and_says_so()
      throws InterruptedException {
    Iterator<FollowResponse> events = submitted(2);
    FakeWorker a = coordinator.worker("a");
    FakeWorker b = coordinator.worker("b");
    String run = a.prepare();
    b.prepare();
    goesOn(a, run);
    goesOn(b, run);

    bill(ceiling().addMachines(machine("a", "3.6")).addMachines(machine("b", "3.6")));
    for (FakeWorker each : List.of(a, b)) {
      each.await(MessageCase.DISMISS);
      assertThat(each.await(MessageCase.STOP).getStop()).returns(run, stop -> stop.getRunId())
          .returns(-1L, stop -> stop.getDrainNanos());
      each.say(JoinRequest.newBuilder().setLeave(Leave.getDefaultInstance()).build());
    }
    assertThat(list().getWorkerInfosList()).extracting(WorkerInfo::getLeaving)
        .containsExactly(true, true);
    a.send(answered(run, 1, 100).setLast(true));
    b.send(answered(run, 1, 100).setLast(true));

    assertThat(
        TestCoordinator.await(events, FollowResponse::hasRunChanged).getRunChanged().getWhat())
        .isEqualTo(AT_CEILING);
    Summary summary = summary(events);
    assertThat(summary.events()).extracting(Summary.Event::what)
        .containsExactly(AT_CEILING, "stopped");
    assertThat(summary.verdict().state()).isEqualTo(Verdict.State.DEGRADED);
    assertThat(summary.verdict().reasons()).singleElement()
        .asString()
        .startsWith("It was stopped after ");
    assertThat(summary.ledger().answered()).isEqualTo(4);
    assertThat(TestCoordinator.problem(events)).isEmpty();
  }

  @Test
  void a_run_goes_on_with_workers_that_are_of_another_fleet_or_none() throws Exception {
    Iterator<FollowResponse> events = submitted(2);
    FakeWorker a = coordinator.worker("a");
    FakeWorker other = coordinator.worker("other");
    String run = a.prepare();
    other.prepare();
    goesOn(a, run);
    goesOn(other, run);

    bill(ceiling().addMachines(machine("a", "3.6"))
        .addMachines(machine("other", "9").toBuilder().setFleet("others")));
    a.await(MessageCase.DISMISS);
    assertThat(a.await(MessageCase.ASSIGN).getAssign().getLetGoCount()).isPositive();
    assertThat(
        TestCoordinator.await(events, FollowResponse::hasRunChanged).getRunChanged().getWhat())
        .isEqualTo(AT_CEILING);
    // It is answered after all that the ceiling had brought about.
    var _ = coordinator.control()
        .scale(ScaleRequest.newBuilder().setId(run).setUsers(6).build());
    other.await(MessageCase.CHANGE_LOAD);
    assertThat(other.hasHeard(MessageCase.STOP)).isFalse();
    assertThat(other.hasHeard(MessageCase.DISMISS)).isFalse();

    // The last who stays goes too: then only the other is left, which had to go.
    other.say(JoinRequest.newBuilder().setLeave(Leave.getDefaultInstance()).build());
    a.await(MessageCase.STOP);
    other.await(MessageCase.STOP);
    a.send(answered(run, 1, 100).setLast(true));
    other.send(answered(run, 1, 100).setLast(true));
    assertThat(summary(events).events()).extracting(Summary.Event::what)
        .containsExactly(AT_CEILING, "scaled to 6 users", "stopped");
  }

  @Test
  void workers_that_join_later_leave_too_and_no_run_begins_with_them() throws Exception {
    bill(ceiling().addMachines(machine("a", "3.6")).addMachines(machine("b", "3.6")));
    FakeWorker a = coordinator.worker("a");
    a.await(MessageCase.DISMISS);
    Iterator<FollowResponse> events = submitted(1);
    assertThat(events.next().getWaiting().getReason()).contains("0 of 1 have joined");
    FakeWorker other = coordinator.worker("other");
    String run = other.prepare();
    goesOn(other, run);
    FakeWorker b = coordinator.worker("b");
    b.await(MessageCase.DISMISS);

    other.send(answered(run, 1, 100).setLast(true));
    assertThat(summary(events).events()).isEmpty();
    assertThat(a.hasHeard(MessageCase.PREPARE)).isFalse();
    assertThat(b.hasHeard(MessageCase.PREPARE)).isFalse();
  }

  @Test
  void a_ceiling_that_is_raised_lets_workers_in_again() throws Exception {
    bill(ceiling().addMachines(machine("a", "3.6")).addMachines(machine("b", "3.6")));
    coordinator.worker("a").await(MessageCase.DISMISS);

    bill(ceiling().setCeilingUsd("5000"));
    Iterator<FollowResponse> events = submitted(1);
    FakeWorker b = coordinator.worker("b");
    String run = b.prepare();
    goesOn(b, run);
    b.send(answered(run, 1, 100).setLast(true));

    assertThat(summary(events).events()).isEmpty();
    assertThat(b.hasHeard(MessageCase.DISMISS)).isFalse();
  }

  @Test
  void a_run_whose_workers_are_not_ready_yet_does_not_begin() throws Exception {
    Iterator<FollowResponse> events = submitted(1);
    FakeWorker a = coordinator.worker("a");
    a.await(MessageCase.PREPARE);

    bill(ceiling().addMachines(machine("a", "3.6")));

    a.await(MessageCase.DISMISS);
    assertThat(TestCoordinator.problem(events))
        .isEqualTo("Run tiny_4 did not start: every worker was lost before the start.");
  }

  @Test
  void a_coordinator_that_goes_on_with_a_run_lets_the_workers_leave_too() throws Exception {
    var _ = submitted(1);
    FakeWorker a = coordinator.worker("a");
    String run = a.prepare();
    goesOn(a, run);
    String experiment = run.substring(0, run.lastIndexOf('/'));
    coordinator.sql(
        "INSERT INTO machines VALUES ('name-of-a', 'workers', '', '3.6', "
            + machine("a", "3.6").getSinceUnixNanos() + ", 0, 0)");
    coordinator.sql("INSERT INTO ceilings VALUES ('workers', '5')");

    restart();
    Iterator<FollowResponse> events = coordinator.follow(experiment);
    a = coordinator.worker("a");
    a.await(MessageCase.DISMISS);
    a.await(MessageCase.STOP);
    a.send(answered(run, 1, 100).setLast(true));

    assertThat(summary(events).events()).extracting(Summary.Event::what)
        .containsExactly(AT_CEILING, "stopped");
  }

  @Test
  void who_follows_a_run_hears_what_its_machines_cost_and_the_results_tell_it_too()
      throws Exception {
    bill(BillRequest.newBuilder()
        .addMachines(machine("a", "3.6"))
        .addMachines(machine("elsewhere", "7.2")));
    Iterator<FollowResponse> events = submitted(1);
    FakeWorker a = coordinator.worker("a");
    String run = a.prepare();
    goesOn(a, run);
    String cost = TestCoordinator.await(events, FollowResponse::hasProgress)
        .getProgress()
        .getCostUsd();
    a.send(answered(run, 1, 100, 100).setLast(true));

    assertThat(new BigDecimal(cost)).isBetween(new BigDecimal("21.6"), new BigDecimal("22.5"));
    // Two seconds at a tenth of a cent, and three answers.
    assertThat(summary(events).cost()).isEqualTo(
        new Summary.Cost(new BigDecimal("0.002"), new BigDecimal("666.666667"), false));
  }

  @Test
  void of_machines_of_which_nobody_has_told_nothing_is_said() throws Exception {
    Iterator<FollowResponse> events = submitted(1);
    FakeWorker a = coordinator.worker("a");
    String run = a.prepare();
    goesOn(a, run);
    assertThat(
        TestCoordinator.await(events, FollowResponse::hasProgress).getProgress().getCostUsd())
        .isEmpty();
    a.send(answered(run, 1, 100).setLast(true));

    assertThat(summary(events).cost()).isNull();
    assertThat(list().getFleetsList()).isEmpty();
  }

  /** For ten minutes, of which nobody waits for the end. */
  private Iterator<FollowResponse> submitted(int workers) {
    String plan = TestCoordinator.PLAN.replace("3s", "10m");
    return coordinator.follow(
        coordinator.control()
            .submit(TestCoordinator.plan(plan, workers).build())
            .getExperimentId());
  }

  /** A worker that was told to start, and whose first second is stored. */
  private static void goesOn(FakeWorker worker, String run) throws InterruptedException {
    worker.await(MessageCase.START);
    worker.send(answered(run, 0, 100));
    worker.awaitAcknowledged(1);
  }

  private static Summary summary(Iterator<FollowResponse> events) {
    return SummaryJson.parse(
        TestCoordinator.await(events, FollowResponse::hasRunEnded)
            .getRunEnded()
            .getSummaryJson());
  }

  private void bill(BillRequest.Builder request) {
    var _ = coordinator.control().bill(request.build());
  }

  /** Less than a machine of 3.60 USD an hour has cost in two. */
  private static BillRequest.Builder ceiling() {
    return BillRequest.newBuilder().setFleet("workers").setCeilingUsd("5");
  }

  /** Of a worker, for two hours so far. */
  private static Machine machine(String worker, String usdPerHour) {
    return Machine.newBuilder()
        .setWorkerName("name-of-" + worker)
        .setFleet("workers")
        .setType("c7g.large")
        .setUsdPerHour(usdPerHour)
        .setSinceUnixNanos(UnixTime.nanos() - 2 * HOUR_NANOS)
        .build();
  }

  private ListResponse list() {
    return coordinator.control().list(ListRequest.getDefaultInstance());
  }
}
