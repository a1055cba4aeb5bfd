package dev.muster.coordinator.rpc;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static dev.muster.coordinator.merge.SampleSnapshots.quiet;
import static dev.muster.coordinator.merge.SampleSnapshots.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.muster.coordinator.merge.Ledger;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.trust.rpc.TellingVersion;
import dev.muster.v1.JoinResponse.MessageCase;
import dev.muster.v1.ListRequest;
import dev.muster.v1.Version;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterEndpointTest {

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
  void who_does_not_say_hello_first_is_refused() throws InterruptedException {
    var worker = new FakeWorker(coordinator.channel);
    worker.health("", 0);
    worker.health("", 0);

    Status end = worker.awaitEnd();
    assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(end.getDescription())
        .isEqualTo("the first message must be Hello, with the id of a worker");
  }

  @Test
  void who_speaks_another_version_is_refused_with_both_versions() throws InterruptedException {
    Status end = new FakeWorker(coordinator.channel).hello("a", new Version("9.1", 9)).awaitEnd();

    assertThat(end.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(end.getDescription()).isEqualTo(
        "worker 9.1 cannot join coordinator " + Version.OURS.product()
            + " (protocol 9 and 1): use the same Muster for both");
    Status silent = new FakeWorker(coordinator.channel).hello("a", 0).awaitEnd();
    assertThat(silent.getDescription()).isEqualTo(
        "worker of a version that it does not tell cannot join coordinator "
            + Version.OURS.product() + " (protocol 0 and 1): use the same Muster for both");
  }

  @Test
  void who_is_of_another_version_and_speaks_the_same_protocol_may_join()
      throws InterruptedException {
    var worker = new FakeWorker(coordinator.channel).hello("a", new Version("9.1", 1));

    var welcome = worker.await(MessageCase.WELCOME).getWelcome();
    assertThat(new Version(welcome.getProductVersion(), welcome.getProtocolVersion()))
        .isEqualTo(Version.OURS);
  }

  @Test
  void a_command_of_another_protocol_is_refused_with_both_versions_and_one_of_ours_is_not() {
    assertThat(refusalOf(new Version("9.1", 9))).isEqualTo(
        "muster 9.1 cannot ask coordinator " + Version.OURS.product()
            + " (protocol 9 and 1): use the same Muster for both");
    assertThat(refusalOf(new Version("9.1; drop", 0)))
        .startsWith("muster of a version that it does not tell cannot ask coordinator ");
    var other = new TellingVersion(new Version("0.0.1", 1));
    assertThat(
        coordinator.control()
            .withInterceptors(other)
            .list(ListRequest.getDefaultInstance())
            .getWorkersList())
        .isEmpty();
  }

  private @Nullable String refusalOf(Version version) {
    Status status = catchThrowableOfType(
        StatusRuntimeException.class,
        () -> coordinator.control()
            .withInterceptors(new TellingVersion(version))
            .list(ListRequest.getDefaultInstance()))
        .getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    return status.getDescription();
  }

  @Test
  void a_worker_that_joins_again_over_a_new_stream_has_only_that() throws InterruptedException {
    FakeWorker older = coordinator.worker("a");
    FakeWorker newer = coordinator.worker("a");

    assertThat(older.awaitEnd().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(coordinator.control().list(ListRequest.getDefaultInstance()).getWorkersList())
        .containsExactly("name-of-a");
    String experiment = coordinator.submit(1).getExperimentId();
    assertThat(newer.prepare()).startsWith(experiment);
  }

  @Test
  void a_worker_that_leaves_sees_its_stream_complete() throws InterruptedException {
    FakeWorker worker = coordinator.worker("a");
    worker.leave();

    assertThat(worker.awaitEnd()).isEqualTo(Status.OK);
  }

  @Test
  void a_stream_that_breaks_loses_nothing_and_what_comes_twice_counts_once()
      throws InterruptedException {
    String experiment = coordinator.submit(1).getExperimentId();
    var events = coordinator.follow(experiment);
    FakeWorker worker = coordinator.worker("a");
    String run = worker.prepare();
    worker.await(MessageCase.START);
    worker.send(answered(run, 0, 100));
    worker.send(answered(run, 0, 100));
    worker.awaitAcknowledged(1);
    worker.breakLink();

    FakeWorker again = coordinator.worker("a");
    again.await(MessageCase.ASSIGN);
    again.await(MessageCase.START);
    again.send(answered(run, 0, 100));
    again.send(quiet(run, 2).setLast(true));
    again.send(answered(run, 1, 100));
    again.awaitAcknowledged(3);

    var last = TestCoordinator.await(events, e -> e.hasProgress() && e.getProgress().getTick() == 2)
        .getProgress();
    assertThat(last.getTotalSent()).isEqualTo(2);
    assertThat(TestCoordinator.problem(events)).isEmpty();
  }

  @Test
  void a_worker_whose_histograms_cannot_be_read_is_refused_and_the_run_ends_without_it()
      throws InterruptedException {
    var events = coordinator.follow(coordinator.submit(2).getExperimentId());
    FakeWorker good = coordinator.worker("a");
    FakeWorker bad = coordinator.worker("b");
    String run = good.prepare();
    bad.prepare();
    good.await(MessageCase.START);
    var broken = answered(run, 0, 100);
    bad.send(
        broken.setSeries(
            0, broken.getSeries(0).toBuilder().setServiceTime(ByteString.copyFromUtf8("?"))));

    assertThat(bad.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    good.send(answered(run, 0, 100).setLast(true));
    var summary = SummaryJson.parse(
        TestCoordinator.await(events, e -> e.hasRunEnded()).getRunEnded().getSummaryJson());
    // Its two users can have sent at 0, 1, 2 and 3 s of the load of 3 s.
    assertThat(summary.ledger()).isEqualTo(new Ledger(9, 1, 0, 0, 8));
    assertThat(summary.verdict().reasons())
        .contains("Worker name-of-b was lost; the fate of up to 8 requests is unknown.");
    assertThat(TestCoordinator.problem(events)).isEmpty();
  }

  @Test
  void a_worker_that_tells_of_failures_in_no_word_is_refused() throws InterruptedException {
    coordinator.submit(1);
    FakeWorker worker = coordinator.worker("a");
    String run = worker.prepare();
    worker.await(MessageCase.START);
    var odd = refused(run, 0, 100);
    odd.getFailuresBuilder(0).setKind("no route to host");
    worker.send(odd);

    Status end = worker.awaitEnd();
    assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(end.getDescription()).startsWith("a kind of failure in snapshot 1 is no word");
  }

  @Test
  void of_a_lost_worker_of_an_open_run_all_arrivals_that_it_has_not_told_of_may_have_been_sent()
      throws InterruptedException {
    String text = TestCoordinator.PLAN.replace("users: 4", "rate: 10/s");
    String experiment = coordinator.control()
        .submit(TestCoordinator.plan(text, 2).build())
        .getExperimentId();
    var events = coordinator.follow(experiment);
    FakeWorker good = coordinator.worker("a");
    FakeWorker bad = coordinator.worker("b");
    String run = good.prepare();
    bad.prepare();
    good.await(MessageCase.START);
    bad.send(answered(run, 0, 100, 200, 300).setDropped(2));
    bad.awaitAcknowledged(1);
    bad.send(answered(run, 1).setSent(-1));
    assertThat(bad.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    good.send(answered(run, 0, 100).setLast(true));

    assertThat(
        TestCoordinator.await(events, e -> e.hasRunStarted()).getRunStarted().getRate())
        .isEqualTo("10");
    var summary = SummaryJson.parse(
        TestCoordinator.await(events, e -> e.hasRunEnded()).getRunEnded().getSummaryJson());
    // Of 30 arrivals in 3 s, 15 were its own; 2 of them were dropped, and 3 requests are told.
    assertThat(summary.run()).isEqualTo("tiny_10");
    assertThat(summary.ledger()).isEqualTo(new Ledger(14, 4, 0, 0, 10));
    // What it did tell is in the results too.
    assertThat(summary.responseTime().count()).isEqualTo(4);
    assertThat(summary.dropped()).isEqualTo(2);
    assertThat(summary.verdict().reasons())
        .contains("Worker name-of-b was lost; the fate of up to 10 requests is unknown.")
        .contains(
            "2 of about 30 arrivals were dropped, as max-users was reached. Raise it, or lower the "
                + "rate.");
  }

  @Test
  void a_tick_beyond_the_run_is_refused() throws InterruptedException {
    coordinator.submit(1);
    FakeWorker worker = coordinator.worker("a");
    String run = worker.prepare();
    worker.await(MessageCase.START);
    worker.send(answered(run, 0).setTick(1_000_000_000_000L));

    Status end = worker.awaitEnd();
    assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(end.getDescription()).startsWith("tick 1000000000000 in snapshot 1 is beyond");
  }

  @Test
  void what_cannot_be_stored_is_not_acknowledged_and_asked_for_again()
      throws InterruptedException, SQLException {
    String experiment = coordinator.submit(1).getExperimentId();
    var events = coordinator.follow(experiment);
    FakeWorker worker = coordinator.worker("a");
    String run = worker.prepare();
    worker.await(MessageCase.START);
    coordinator.sql(
        "CREATE TRIGGER full BEFORE INSERT ON snapshots "
            + "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
    worker.send(answered(run, 0, 100).setLast(true));

    assertThat(worker.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(worker.hasHeard(MessageCase.ACKNOWLEDGE)).isFalse();
    coordinator.sql("DROP TRIGGER full");
    FakeWorker again = coordinator.worker("a");
    again.send(answered(run, 0, 100).setLast(true));
    again.awaitAcknowledged(1);
    assertThat(TestCoordinator.problem(events)).isEmpty();
  }

  @Test
  void who_still_works_on_a_run_that_is_over_is_told_to_stop_and_may_forget()
      throws InterruptedException {
    FakeWorker worker = coordinator.worker("a");
    worker.health("yesterday/1", 10);
    assertThat(worker.await(MessageCase.STOP).getStop().getRunId()).isEqualTo("yesterday/1");

    worker.send(answered("yesterday/1", 6));

    worker.awaitAcknowledged(7);
    assertThat(worker.await(MessageCase.STOP).getStop().getDrainNanos()).isZero();
  }
}
