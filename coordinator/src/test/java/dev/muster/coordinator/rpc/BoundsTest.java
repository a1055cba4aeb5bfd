package dev.muster.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.coordinator.Bounds;
import dev.muster.v1.ClockReading;
import dev.muster.v1.FollowRequest;
import dev.muster.v1.Hello;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.StopRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a coordinator says that has as much as it takes on. */
@SuppressWarnings("NullAway.Init")
class BoundsTest {

  @TempDir
  Path data = Path.of("");

  private TestCoordinator coordinator;

  @BeforeEach
  void start() throws IOException {
    coordinator = new TestCoordinator(data,
        new Bounds(2, 3, 2, 1 << 20, 10, Duration.ofSeconds(20)));
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  @Test
  void one_worker_too_many_is_refused_and_those_that_are_there_are_not() throws Exception {
    FakeWorker first = coordinator.worker("a");
    FakeWorker second = coordinator.worker("b");

    Status full = new FakeWorker(coordinator.channel).hello("c", 1).awaitEnd();

    assertThat(full.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(full.getDescription()).isEqualTo(
        "this coordinator takes 2 workers at a time, and so many have joined; start it with a larger "
            + "--max-workers");
    FakeWorker again = coordinator.worker("a");
    assertThat(first.awaitEnd().getCode()).isEqualTo(Status.Code.ABORTED);
    second.leave();
    assertThat(second.awaitEnd()).isEqualTo(Status.OK);
    coordinator.worker("c").leave();
    again.leave();
  }

  @Test
  void a_name_that_nobody_can_read_is_refused() throws InterruptedException {
    for (String id : List.of("a".repeat(201), "a".repeat(200))) {
      Status end = new FakeWorker(coordinator.channel).hello(id, 1).awaitEnd();
      assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(end.getDescription())
          .startsWith("a worker's name has at most 200 characters, and so has its id");
    }
  }

  @Test
  void one_experiment_too_many_is_refused_until_another_has_ended() {
    // The first is current: it waits for workers.
    String current = coordinator.submit(1).getExperimentId();
    follow(current).next();
    String second = coordinator.submit(1).getExperimentId();
    coordinator.submit(1);
    coordinator.submit(1);

    Status full = refusal(() -> coordinator.submit(1));

    assertThat(full.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(full.getDescription()).isEqualTo(
        "3 experiments wait already, which is as many as this coordinator keeps; submit when some have "
            + "begun, or stop some with 'muster runs stop'");
    stop(second);
    assertThat(coordinator.submit(1).getExperimentId()).isNotEmpty();
  }

  @Test
  void one_follower_too_many_is_refused_until_another_has_gone() {
    String experiment = coordinator.submit(1).getExperimentId();
    Iterator<?> first = coordinator.follow(experiment);
    Iterator<?> second = coordinator.follow(experiment);
    assertThat(first.hasNext()).isTrue();
    assertThat(second.hasNext()).isTrue();

    Status full = refusal(() -> coordinator.follow(experiment).next());

    assertThat(full.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(full.getDescription()).isEqualTo(
        "2 follow experiments of this coordinator already; follow later, or look with 'muster runs "
            + "list'");
    stop(experiment);
    first.forEachRemaining(_ -> {});
    second.forEachRemaining(_ -> {});
    assertThat(coordinator.follow(experiment).hasNext()).as("one who comes late").isTrue();
  }

  @Test
  void of_experiments_that_ended_long_ago_only_the_store_knows() {
    var ended = new ArrayList<String>();
    for (int number = 0; number < 102; number++) {
      ended.add(coordinator.submit(1).getExperimentId());
      stop(ended.getLast());
    }

    assertThat(TestCoordinator.problem(coordinator.follow(ended.getFirst()))).isEmpty();
    assertThat(TestCoordinator.problem(coordinator.follow(ended.getLast())))
        .startsWith("It was stopped before its ");
  }

  @Test
  void of_workers_that_have_left_the_newest_clocks_are_known() {
    var roster = new Roster("store", 2);
    for (String id : List.of("a", "b", "c")) {
      WorkerSession session = session(id);
      session.read(ClockReading.newBuilder().setProbeSentUnixNanos(5).build(), 10);
      roster.join(session);
      roster.leave(session);
    }

    assertThat(List.of("c", "b", "a")).filteredOn(id -> {
      WorkerSession again = session(id);
      var before = again.clock();
      roster.join(again);
      boolean known = !again.clock().equals(before);
      roster.leave(again);
      return known;
    }).containsExactly("c", "b");
  }

  private static WorkerSession session(String id) {
    var stream = new CountingStream<JoinResponse>();
    return new WorkerSession(
        Hello.newBuilder().setWorkerId(id).build(), stream,
        new Intake(stream, new WaitingBytes(1)));
  }

  private Iterator<?> follow(String experiment) {
    return coordinator.control()
        .follow(FollowRequest.newBuilder().setExperimentId(experiment).build());
  }

  private void stop(String experiment) {
    var _ = coordinator.control().stop(StopRequest.newBuilder().setId(experiment).build());
  }

  private static Status refusal(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus();
  }
}
