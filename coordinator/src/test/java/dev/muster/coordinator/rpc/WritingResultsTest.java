package dev.muster.coordinator.rpc;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.store.Store;
import dev.muster.coordinator.store.StoredRun;
import dev.muster.v1.FetchRequest;
import dev.muster.v1.FetchResponse;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.JoinResponse.MessageCase;
import dev.muster.v1.ListRequest;
import dev.muster.v1.RunInfo;
import dev.muster.v1.RunState;
import dev.muster.v1.StopRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens while results are being written, which takes here until the test lets it go on. */
@SuppressWarnings("NullAway.Init")
class WritingResultsTest {

  @TempDir
  Path data = Path.of("");

  private final ExecutorService results = Executors.newSingleThreadExecutor();
  private final CountDownLatch slowDisk = new CountDownLatch(1);
  private TestCoordinator coordinator;
  private FakeWorker worker;
  private String experiment;
  private Iterator<FollowResponse> events;

  @BeforeEach
  void runToTheEnd() throws Exception {
    results.execute(() -> TestCoordinator.await(slowDisk));
    coordinator = new TestCoordinator(data, results);
    worker = coordinator.worker("a");
    String text = TestCoordinator.PLAN.replace("users: 4", "users: [4, 8]");
    experiment = coordinator.control()
        .submit(TestCoordinator.plan(text, 1).build())
        .getExperimentId();
    events = coordinator.follow(experiment);
    run();
  }

  @AfterEach
  void stop() {
    slowDisk.countDown();
    coordinator.close();
  }

  /** The worker's part in a run, of one tick. */
  private void run() throws InterruptedException {
    end(worker.prepare());
  }

  private void end(String run) throws InterruptedException {
    worker.await(MessageCase.START);
    worker.send(answered(run, 0, 100).setLast(true));
    worker.awaitAcknowledged(1);
  }

  @Test
  void workers_are_heard() throws InterruptedException {
    worker.health("yesterday/1", 10);
    worker.await(m -> m.hasStop() && m.getStop().getRunId().equals("yesterday/1"));

    worker.send(answered("yesterday/1", 6));
    worker.awaitAcknowledged(7);
    assertThat(coordinator.worker("b").hasHeard(MessageCase.WELCOME)).isTrue();
  }

  @Test
  void those_who_follow_hear_of_a_result_that_is_there_and_then_of_the_next_run()
      throws InterruptedException {
    assertThat(states()).containsExactly(RunState.RUN_STATE_RUNNING, RunState.RUN_STATE_WAITING);
    // As many turns of the coordinator's thread as questions, and still the next run waits.
    assertThat(states()).containsExactly(RunState.RUN_STATE_RUNNING, RunState.RUN_STATE_WAITING);
    assertThat(summary(4)).doesNotExist();
    slowDisk.countDown();

    TestCoordinator.await(events, e -> e.hasRunStarted());
    var next = TestCoordinator.await(events, e -> e.hasRunEnded() || e.hasRunStarted());
    assertThat(next.getRunEnded().getRunId()).isEqualTo(experiment + "/4");
    assertThat(summary(4)).hasContent(next.getRunEnded().getSummaryJson());
    assertThat(states()).first().isEqualTo(RunState.RUN_STATE_ENDED);

    run();
    TestCoordinator.await(events, e -> e.hasRunEnded());
    assertThat(TestCoordinator.problem(events)).isEmpty();
    assertThat(coordinator.options.results(experiment).resolve("report.html")).exists();
  }

  @Test
  void a_stop_is_heard_and_no_further_run_begins() {
    var _ = coordinator.control().stop(StopRequest.newBuilder().setId(experiment).build());
    slowDisk.countDown();

    TestCoordinator.await(events, e -> e.hasRunEnded());
    assertThat(TestCoordinator.problem(events)).isEqualTo("It was stopped before its last run.");
    assertThat(states()).containsExactly(RunState.RUN_STATE_ENDED, RunState.RUN_STATE_CANCELLED);
  }

  @Test
  void who_fetches_waits_and_gets_all_of_it() throws InterruptedException {
    slowDisk.countDown();
    String last = worker.prepare();
    var slowAgain = new CountDownLatch(1);
    results.execute(() -> TestCoordinator.await(slowAgain));
    end(last);
    var pieces = coordinator.control()
        .fetch(FetchRequest.newBuilder().setExperimentId(experiment).build());
    assertThat(states()).containsExactly(RunState.RUN_STATE_ENDED, RunState.RUN_STATE_RUNNING);
    slowAgain.countDown();

    Iterable<FetchResponse> fetched = () -> pieces;
    assertThat(fetched).extracting(FetchResponse::getPath)
        .contains("report.html", "tiny_4/summary.json", "tiny_8/summary.json");
  }

  @Test
  void results_that_cannot_be_written_end_the_experiment_and_the_cause_is_told()
      throws IOException {
    Path folder = coordinator.options.results(experiment);
    Files.createDirectories(folder.getParent());
    Files.writeString(folder, "in the way");
    slowDisk.countDown();

    assertThat(TestCoordinator.problem(events))
        .startsWith("The results of tiny_4 cannot be written: ")
        .contains(folder.toString());
    assertThat(states()).containsExactly(RunState.RUN_STATE_ENDED, RunState.RUN_STATE_CANCELLED);
  }

  @Test
  void a_report_that_cannot_be_written_is_told_of_when_the_experiment_ends()
      throws IOException, InterruptedException {
    Files.createDirectories(coordinator.options.results(experiment).resolve("report.html.part"));
    slowDisk.countDown();
    run();

    assertThat(TestCoordinator.problem(events)).startsWith("The report cannot be written: ");
    assertThat(summary(8)).exists();
  }

  @Test
  void a_coordinator_that_is_closed_writes_to_the_end() throws InterruptedException {
    Thread closing = Thread.ofPlatform().start(coordinator::close);
    while (closing.getState() == Thread.State.RUNNABLE) {
      Thread.onSpinWait();
    }
    slowDisk.countDown();
    closing.join();

    assertThat(summary(4)).exists();
    try (Store store = Store.open(coordinator.options.storeFile())) {
      assertThat(store.runs(experiment)).extracting(StoredRun::state)
          .containsExactly(RunState.RUN_STATE_ENDED, RunState.RUN_STATE_WAITING);
    }
  }

  private Path summary(int users) {
    return coordinator.options.results(experiment)
        .resolve("tiny_" + users)
        .resolve("summary.json");
  }

  /** Of the runs, in the plan's order. */
  private List<RunState> states() {
    return coordinator.control()
        .list(ListRequest.getDefaultInstance())
        .getRunsList()
        .stream()
        .sorted(Comparator.comparingInt(RunInfo::getUsers))
        .map(RunInfo::getState)
        .toList();
  }
}
