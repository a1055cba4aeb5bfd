package dev.muster.coordinator.rpc;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.JoinResponse.MessageCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker measured and could not deliver before its run ended, or before the coordinator did. */
class LateDeliveryTest {

  @TempDir
  private Path data = Path.of("");

  private TestCoordinator coordinator;
  private String experiment = "";
  private String run = "";

  /** A run of two, of which "dead" was lost before it delivered anything. */
  @BeforeEach
  void loseOne() throws IOException, InterruptedException {
    coordinator = new TestCoordinator(data);
    experiment = coordinator.submit(2).getExperimentId();
    Iterator<FollowResponse> events = coordinator.follow(experiment);
    FakeWorker a = coordinator.worker("a");
    FakeWorker dead = coordinator.worker("dead");
    run = a.prepare();
    dead.prepare();
    a.await(MessageCase.START);
    dead.await(MessageCase.START);
    dead.health(run, 5);
    dead.breakLink();
    a.send(answered(run, 0, 100).setLast(true));
    String problem = TestCoordinator.problem(events);

    assertThat(problem).isEmpty();
    assertThat(summary().ledger().answered()).isEqualTo(1);
    assertThat(summary().ledger().lost()).isPositive();
  }

  @AfterEach
  void end() {
    coordinator.close();
  }

  @Test
  void it_counts_when_the_run_has_ended_and_the_results_are_written_again() throws Exception {
    deliver();

    Summary summary = awaitAnswered(3);
    assertThat(summary.ledger().lost()).as("all is known of it now").isZero();
    assertThat(summary.workers()).noneMatch(Summary.Worker::lostContact);
    assertThat(report()).contains("tiny_4");
  }

  @Test
  void it_counts_when_another_coordinator_is_there_by_then() throws Exception {
    coordinator.close();
    coordinator = new TestCoordinator(data);
    deliver();

    assertThat(awaitAnswered(3).ledger().lost()).isZero();
  }

  @Test
  void it_counts_once_however_often_it_comes() throws Exception {
    deliver();
    deliver();

    assertThat(awaitAnswered(3).ledger().sent()).isEqualTo(3);
  }

  @Test
  void what_somebody_delivers_who_had_no_part_in_the_run_is_nobodys() throws Exception {
    FakeWorker stranger = coordinator.worker("stranger");
    stranger.inherit("nobody", answered(run, 0, 700, 800).setLast(true));
    stranger.await(MessageCase.ACKNOWLEDGE);
    deliver();

    assertThat(awaitAnswered(3).workers()).extracting(Summary.Worker::id)
        .containsExactlyInAnyOrder("a", "dead");
  }

  private void deliver() throws InterruptedException {
    FakeWorker heir = coordinator.worker("heir");
    heir.inherit("dead", answered(run, 0, 700, 800).setLast(true));
    heir.await(MessageCase.ACKNOWLEDGE);
  }

  private Summary awaitAnswered(long answered) throws Exception {
    long begin = System.nanoTime();
    while (summary().ledger().answered() != answered) {
      assertThat(System.nanoTime() - begin)
          .as("nanoseconds until the results were written again, which are: %s", summary())
          .isLessThan(TimeUnit.SECONDS.toNanos(30));
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return summary();
  }

  private Summary summary() throws IOException {
    return SummaryJson.parse(
        Files.readString(
            coordinator.options.results(experiment).resolve("tiny_4/summary.json")));
  }

  private String report() throws IOException {
    return Files.readString(coordinator.options.results(experiment).resolve("report.html"));
  }
}
