package dev.muster.coordinator.rpc;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static dev.muster.coordinator.rpc.TestCoordinator.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.v1.FetchRequest;
import dev.muster.v1.FindDistributionRequest;
import dev.muster.v1.FindDistributionResponse;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.JoinResponse.MessageCase;
import dev.muster.v1.LoadChange;
import dev.muster.v1.PauseRequest;
import dev.muster.v1.ResumeRequest;
import dev.muster.v1.RunState;
import dev.muster.v1.ScaleRequest;
import dev.muster.v1.ShowRequest;
import dev.muster.v1.StopRequest;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlEndpointTest {

  @TempDir
  Path data = Path.of("");

  @SuppressWarnings("NullAway.Init")
  private TestCoordinator coordinator;

  @BeforeEach
  void start() throws IOException {
    coordinator = new TestCoordinator(data);
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  @Test
  void a_bad_plan_is_refused_with_all_of_its_problems() {
    String bad = TestCoordinator.PLAN.replace("users: 4", "users: none")
        .replace("duration: 3s", "duration: 3");

    Status status = refusal(() -> coordinator.control().submit(plan(bad, 1).build()));

    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).contains("plan.yaml:8", "plan.yaml:9");
  }

  @Test
  void a_plan_with_very_many_problems_is_refused_with_the_first() {
    var text = new StringBuilder();
    for (int key = 0; key < 1_000; key++) {
      text.append("unknown-żółw-").append(key).append(": 1\n");
    }

    Status status = refusal(() -> coordinator.control().submit(plan(text.toString(), 1).build()));

    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).startsWith("plan.yaml:1:1:").contains("more problems");
  }

  @Test
  void a_plan_that_a_worker_would_refuse_is_refused_with_what_would_allow_it()
      throws InterruptedException {
    var shop = plan(TestCoordinator.PLAN.replace("localhost:1", "shop.example"), 1).build();
    var _ = FakeWorker.allowing(coordinator.channel, "w1", "shop.example:80", "10.0.0.0/8");
    var _ = coordinator.control().submit(shop);
    var _ = FakeWorker.allowing(coordinator.channel, "w2", "127.0.0.0/8", "0:0:0:0:0:0:0:1");

    Status status = refusal(() -> coordinator.control().submit(shop));

    assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(status.getDescription()).isEqualTo(
        "the plan's target http://shop.example:80 is not allowed by worker name-of-w2, which sends to "
            + "loopback only; start it with --allow-target shop.example:80");
  }

  @Test
  void a_worker_that_does_not_say_where_it_sends_refuses_by_itself() throws InterruptedException {
    var _ = FakeWorker.allowing(coordinator.channel, "w1");
    var _ = FakeWorker.allowing(coordinator.channel, "w2", "no rule, but nonsense");
    var worker = FakeWorker.allowing(coordinator.channel, "w3", "10.0.0.0/8");
    String experiment = coordinator.control()
        .submit(plan(TestCoordinator.PLAN.replace("localhost:1", "shop.example"), 3).build())
        .getExperimentId();
    var events = coordinator.follow(experiment);

    worker.prepared(worker.await(MessageCase.PREPARE).getPrepare().getRunId(), "it is not allowed");

    assertThat(TestCoordinator.problem(events))
        .isEqualTo("Run tiny_4 did not start: name-of-w3 cannot prepare: it is not allowed.");
  }

  @Test
  void a_csv_format_that_does_not_exist_is_refused() {
    var request = plan(TestCoordinator.PLAN, 1).setCsvFormat("excel").build();

    assertThat(refusal(() -> coordinator.control().submit(request)).getDescription())
        .isEqualTo("no CSV format is called excel");
  }

  @Test
  void what_nobody_knows_is_not_found() {
    var control = coordinator.control();
    String known = coordinator.submit(1).getExperimentId();

    assertNotFound(() -> control.show(ShowRequest.newBuilder().setRunId("x/1").build()));
    assertNotFound(() -> control.stop(StopRequest.newBuilder().setId("x").build()));
    assertNotFound(() -> control.stop(StopRequest.newBuilder().setId(known + "/99").build()));
    assertNotFound(() -> coordinator.follow("x").hasNext());
    assertNotFound(
        () -> control.fetch(FetchRequest.newBuilder().setExperimentId("x").build()).hasNext());
  }

  @Test
  void results_cannot_be_fetched_while_a_run_is_going() {
    String experiment = coordinator.submit(1).getExperimentId();
    var request = FetchRequest.newBuilder().setExperimentId(experiment).build();

    Status status = refusal(() -> coordinator.control().fetch(request).hasNext());

    assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(status.getDescription())
        .isEqualTo("a run of experiment " + experiment + " is still going");
  }

  @Test
  void a_wait_for_workers_that_is_too_long_ends_the_experiment() throws InterruptedException {
    var _ = coordinator.worker("a");
    String experiment = coordinator.control()
        .submit(plan(TestCoordinator.PLAN, 2).setWorkerWaitNanos(1).build())
        .getExperimentId();

    assertThat(TestCoordinator.problem(coordinator.follow(experiment)))
        .isEqualTo("Only 1 of 2 workers have joined in the time given.");
    assertThat(coordinator.state(experiment)).isEqualTo(RunState.RUN_STATE_CANCELLED);
  }

  @Test
  void an_experiment_waits_for_workers_and_for_the_one_before_it() throws InterruptedException {
    String first = coordinator.submit(1).getExperimentId();
    var events = coordinator.follow(first);
    assertThat(TestCoordinator.await(events, FollowResponse::hasWaiting).getWaiting().getReason())
        .isEqualTo("Waits for workers: 0 of 1 have joined.");
    String second = coordinator.submit(1).getExperimentId();
    var eventsOfSecond = coordinator.follow(second);
    assertThat(eventsOfSecond.next().getWaiting().getReason())
        .isEqualTo("Waits for experiment " + first + ".");

    FakeWorker worker = coordinator.worker("a");
    for (String experiment : new String[]{first, second}) {
      String run = worker.prepare();
      assertThat(run).isEqualTo(experiment + "/4");
      worker.await(MessageCase.START);
      worker.send(answered(run, 0, 100).setLast(true));
    }

    assertThat(TestCoordinator.problem(events)).isEmpty();
    assertThat(TestCoordinator.problem(eventsOfSecond)).isEmpty();
  }

  @Test
  void an_experiment_that_waits_for_another_can_be_stopped_at_once() {
    coordinator.submit(1);
    String second = coordinator.submit(1).getExperimentId();

    stopNow(second);

    assertThat(TestCoordinator.problem(coordinator.follow(second)))
        .isEqualTo("It was stopped before its first run.");
    assertThat(coordinator.state(second)).isEqualTo(RunState.RUN_STATE_CANCELLED);
  }

  @Test
  void a_stop_reaches_the_workers_and_no_later_run_starts() throws InterruptedException {
    String text = TestCoordinator.PLAN.replace("users: 4", "users: [4, 8]");
    String experiment = coordinator.control().submit(plan(text, 1).build()).getExperimentId();
    var events = coordinator.follow(experiment);
    FakeWorker worker = coordinator.worker("a");
    String run = worker.prepare();
    worker.await(MessageCase.START);

    stopNow(run);

    assertThat(worker.await(MessageCase.STOP).getStop().getDrainNanos()).isZero();
    worker.send(answered(run, 0, 100).setLast(true));
    assertThat(
        TestCoordinator.await(events, FollowResponse::hasRunEnded).getRunEnded().getSummaryJson())
        .contains("It was stopped after 0 s.");
    assertThat(TestCoordinator.problem(events)).isEqualTo("It was stopped before its last run.");
    stopNow(experiment);
  }

  @Test
  void a_run_that_is_on_is_scaled_paused_and_resumed_and_all_hear_of_it()
      throws InterruptedException {
    String text = TestCoordinator.PLAN.replace("duration: 3s", "duration: 300s");
    String experiment = coordinator.control().submit(plan(text, 1).build()).getExperimentId();
    var events = coordinator.follow(experiment);
    FakeWorker worker = coordinator.worker("a");
    String run = worker.prepare();
    worker.await(MessageCase.START);

    assertThat(scale(run, 6)).isEqualTo(run);
    assertThat(worker.await(MessageCase.CHANGE_LOAD).getChangeLoad().getChangesList())
        .extracting(LoadChange::getKind, LoadChange::getUsers)
        .containsExactly(tuple(LoadChange.Kind.KIND_SCALE, 6));
    assertThat(pause(experiment)).isEqualTo(run);
    assertThat(refusal(() -> pause(run)).getDescription())
        .isEqualTo("run " + run + " cannot be paused: it is paused already");
    assertThat(
        coordinator.control().resume(ResumeRequest.newBuilder().setId(run).build()).getRunId())
        .isEqualTo(run);

    for (String what : List.of("scaled to 6 users", "paused", "resumed")) {
      assertThat(
          TestCoordinator.await(events, FollowResponse::hasRunChanged).getRunChanged().getWhat())
          .isEqualTo(what);
    }
    stopNow(run);
    worker.send(answered(run, 0, 100).setLast(true));
    String summary = TestCoordinator.await(events, FollowResponse::hasRunEnded)
        .getRunEnded()
        .getSummaryJson();
    assertThat(SummaryJson.parse(summary).events()).extracting(Summary.Event::what)
        .containsExactly("scaled to 6 users", "paused", "resumed", "stopped at once");
  }

  @Test
  void what_is_not_running_cannot_be_changed() throws InterruptedException {
    assertNotFound(() -> scale("nothing", 4));
    assertNotFound(() -> pause("nothing/4"));
    String experiment = coordinator.submit(1).getExperimentId();
    assertThat(refusal(() -> scale(experiment, 4)).getDescription()).isEqualTo(
        "no run of experiment " + experiment + " is going on that could be scaled");
    assertThat(refusal(() -> pause(experiment + "/4")).getDescription())
        .isEqualTo("run " + experiment + "/4 cannot be paused: it has not begun");
    FakeWorker worker = coordinator.worker("a");
    String run = worker.await(MessageCase.PREPARE).getPrepare().getRunId();
    assertThat(refusal(() -> pause(run)).getDescription())
        .isEqualTo("run " + run + " cannot be paused: its workers are getting ready for it");
    assertThat(refusal(() -> scale(run, 0)).getDescription())
        .startsWith("a run has from 1 to 10000000 users, and not 0");
  }

  @Test
  void a_run_of_arrivals_is_paused_and_not_scaled() throws InterruptedException {
    String text = TestCoordinator.PLAN.replace("users: 4", "rate: 5/s")
        .replace("duration: 3s", "duration: 300s");
    var _ = coordinator.control().submit(plan(text, 1).build());
    FakeWorker worker = coordinator.worker("a");
    String run = worker.prepare();
    worker.await(MessageCase.START);

    assertThat(refusal(() -> scale(run, 4)).getDescription())
        .contains("its plan lets 5 users arrive in a second");
    assertThat(pause(run)).isEqualTo(run);
  }

  private String scale(String id, int users) {
    return coordinator.control()
        .scale(ScaleRequest.newBuilder().setId(id).setUsers(users).build())
        .getRunId();
  }

  private String pause(String id) {
    return coordinator.control().pause(PauseRequest.newBuilder().setId(id).build()).getRunId();
  }

  @Test
  void a_worker_that_cannot_prepare_ends_the_experiment_by_its_name() throws InterruptedException {
    String experiment = coordinator.submit(1).getExperimentId();
    FakeWorker worker = coordinator.worker("a");
    worker.prepared(worker.await(MessageCase.PREPARE).getPrepare().getRunId(), "no such host");

    assertThat(TestCoordinator.problem(coordinator.follow(experiment)))
        .isEqualTo("Run tiny_4 did not start: name-of-a cannot prepare: no such host.");
  }

  @Test
  void a_follower_that_goes_hurts_nobody_and_one_that_comes_late_gets_the_end()
      throws InterruptedException {
    String experiment = coordinator.submit(1).getExperimentId();
    var events = coordinator.follow(experiment);
    var going = Context.current().withCancellation();
    going.run(() -> coordinator.follow(experiment).next());
    going.cancel(null);

    FakeWorker worker = coordinator.worker("a");
    String run = worker.prepare();
    worker.await(MessageCase.START);
    worker.send(answered(run, 0, 100).setLast(true));

    assertThat(TestCoordinator.problem(events)).isEmpty();
    var late = coordinator.follow(experiment);
    assertThat(late.next().hasRunEnded()).isTrue();
    assertThat(late.next().hasExperimentEnded()).isTrue();
    assertThat(late.hasNext()).isFalse();
  }

  @Test
  void who_asks_for_an_experiment_that_ended_before_a_restart_hears_what_came_of_it()
      throws IOException, InterruptedException {
    String experiment = coordinator.submit(1).getExperimentId();
    var events = coordinator.follow(experiment);
    FakeWorker worker = coordinator.worker("a");
    String run = worker.prepare();
    worker.await(MessageCase.START);
    worker.send(answered(run, 0, 100).setLast(true));
    assertThat(TestCoordinator.problem(events)).isEmpty();
    coordinator.close();
    coordinator = new TestCoordinator(data);

    assertThat(coordinator.state(experiment)).isEqualTo(RunState.RUN_STATE_ENDED);
    var again = coordinator.follow(experiment);
    assertThat(again.next().getRunEnded().getRunId()).isEqualTo(run);
    assertThat(again.next().getExperimentEnded().getProblem()).isEmpty();
  }

  private void stopNow(String id) {
    var _ = coordinator.control().stop(StopRequest.newBuilder().setId(id).setNow(true).build());
  }

  private static void assertNotFound(ThrowingCallable call) {
    assertThat(refusal(call).getCode()).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void one_that_serves_no_distribution_says_so() {
    assertThat(
        coordinator.control().findDistribution(FindDistributionRequest.getDefaultInstance()))
        .isEqualTo(FindDistributionResponse.getDefaultInstance());
  }

  private static Status refusal(ThrowingCallable call) {
    var refused = new Status[]{Status.UNKNOWN};
    assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(call)
        .satisfies(e -> refused[0] = e.getStatus());
    return refused[0];
  }
}
