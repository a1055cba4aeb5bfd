package dev.muster.coordinator.rpc;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.JoinResponse.MessageCase;
import dev.muster.v1.RunStarted;
import dev.muster.v1.RunState;
import dev.muster.v1.StopRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator that ends in the middle of things, and another that goes on. */
class ResumeTest {

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

  private void restart() throws IOException {
    coordinator.close();
    coordinator = new TestCoordinator(data);
  }

  @Test
  void a_run_goes_on_and_ends_with_what_was_measured_before_and_after()
      throws IOException, InterruptedException {
    String experiment = coordinator.submit(2).getExperimentId();
    FakeWorker a = coordinator.worker("a");
    FakeWorker b = coordinator.worker("b");
    String run = a.prepare();
    b.prepare();
    long start = a.await(MessageCase.START).getStart().getStartUnixNanos();
    JoinResponse lanes = b.await(MessageCase.ASSIGN);
    b.await(MessageCase.START);
    a.send(answered(run, 0, 100));
    a.awaitAcknowledged(1);

    restart();
    assertThat(coordinator.state(experiment)).isEqualTo(RunState.RUN_STATE_RUNNING);
    Iterator<FollowResponse> events = coordinator.follow(experiment);
    assertThat(events.next().getRunStarted().getRunId()).isEqualTo(run);
    a = coordinator.worker("a");
    b = coordinator.worker("b");
    // By the worker's clock, which is read anew.
    assertThat(a.await(MessageCase.START).getStart().getStartUnixNanos())
        .isCloseTo(start, Offset.offset(1_000_000_000L));
    assertThat(b.await(MessageCase.ASSIGN).getAssign().getLanesList())
        .isEqualTo(lanes.getAssign().getLanesList());
    a.send(answered(run, 0, 100));
    a.send(answered(run, 1, 200).setLast(true));
    b.send(answered(run, 0, 300));
    b.send(answered(run, 1, 400).setLast(true));
    a.awaitAcknowledged(2);
    b.awaitAcknowledged(2);

    Summary summary = ended(events);
    assertThat(summary.ledger().sent()).isEqualTo(4);
    assertThat(summary.ledger().lost()).isZero();
    assertThat(summary.verdict().reasons()).noneMatch(reason -> reason.contains("out of touch"));
  }

  @Test
  void an_experiment_whose_workers_were_not_ready_begins_again() throws Exception {
    String experiment = coordinator.submit(2).getExperimentId();
    FakeWorker a = coordinator.worker("a");
    coordinator.worker("b").await(MessageCase.PREPARE);
    a.prepare();

    restart();
    assertThat(coordinator.state(experiment)).isEqualTo(RunState.RUN_STATE_WAITING);
    Iterator<FollowResponse> events = coordinator.follow(experiment);
    a = coordinator.worker("a");
    coordinator.worker("b").prepare();
    a.prepare();
    assertThat(TestCoordinator.await(events, FollowResponse::hasRunStarted).getRunStarted())
        .returns(2, RunStarted::getWorkers);
  }

  @Test
  void later_runs_of_an_experiment_are_made_and_its_report_has_those_before_too()
      throws Exception {
    String experiment = coordinator.control()
        .submit(
            TestCoordinator.plan(
                TestCoordinator.PLAN.replace("users: 4", "users: [1, 2]"), 1).build())
        .getExperimentId();
    Iterator<FollowResponse> events = coordinator.follow(experiment);
    oneRun(coordinator.worker("a"), 0);
    TestCoordinator.await(events, FollowResponse::hasRunEnded);

    restart();
    Iterator<FollowResponse> again = coordinator.follow(experiment);
    oneRun(coordinator.worker("a"), 0);

    assertThat(ended(again).run()).isEqualTo("tiny_1");
    assertThat(ended(again).run()).isEqualTo("tiny_2");
    assertThat(TestCoordinator.problem(again)).isEmpty();
    assertThat(coordinator.options.results(experiment).resolve("report.html")).content()
        .contains("tiny_1", "tiny_2");
  }

  private static void oneRun(FakeWorker worker, long tick) throws InterruptedException {
    String run = worker.prepare();
    worker.await(MessageCase.START);
    worker.send(answered(run, tick, 100).setLast(true));
    worker.awaitAcknowledged(1);
  }

  @Test
  void a_stop_is_said_again_by_who_goes_on() throws Exception {
    String experiment = coordinator.submit(1).getExperimentId();
    FakeWorker a = coordinator.worker("a");
    String run = a.prepare();
    a.await(MessageCase.START);
    var _ = coordinator.control()
        .stop(StopRequest.newBuilder().setId(experiment).setNow(true).build());
    a.await(MessageCase.STOP);

    restart();
    Iterator<FollowResponse> events = coordinator.follow(experiment);
    a = coordinator.worker("a");
    assertThat(a.await(MessageCase.STOP).getStop().getDrainNanos()).isZero();
    a.send(answered(run, 0, 100).setLast(true));
    assertThat(ended(events).ledger().sent()).isEqualTo(1);
  }

  @Test
  void what_a_dead_process_has_left_is_stored_in_its_name() throws Exception {
    String experiment = coordinator.submit(2).getExperimentId();
    Iterator<FollowResponse> events = coordinator.follow(experiment);
    FakeWorker a = coordinator.worker("a");
    FakeWorker dead = coordinator.worker("dead");
    String run = a.prepare();
    dead.prepare();
    a.await(MessageCase.START);
    dead.await(MessageCase.START);
    dead.breakLink();

    FakeWorker heir = coordinator.worker("heir");
    heir.prepare();
    heir.await(MessageCase.START);
    heir.inherit("dead", answered(run, 0, 700));
    JoinResponse acknowledged = heir.await(MessageCase.ACKNOWLEDGE);
    assertThat(acknowledged.getAcknowledge().getWorkerId()).isEqualTo("dead");
    assertThat(acknowledged.getAcknowledge().getSequence()).isEqualTo(1);
    a.send(answered(run, 0, 100).setLast(true));

    heir.send(answered(run, 1, 100).setSequence(1).setLast(true));
    Summary summary = ended(events);
    assertThat(summary.workers()).filteredOn(worker -> worker.id().equals("dead"))
        .singleElement()
        .satisfies(worker -> {
          assertThat(worker.answered()).isEqualTo(1);
          assertThat(worker.lostContact()).isTrue();
        });
  }

  private static Summary ended(Iterator<FollowResponse> events) {
    return SummaryJson.parse(
        TestCoordinator.await(events, FollowResponse::hasRunEnded)
            .getRunEnded()
            .getSummaryJson());
  }
}
