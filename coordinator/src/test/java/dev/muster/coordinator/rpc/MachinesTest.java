package dev.muster.coordinator.rpc;

import static dev.muster.coordinator.rpc.TestCoordinator.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.v1.FollowResponse;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse.MessageCase;
import dev.muster.v1.Leave;
import dev.muster.v1.ListRequest;
import dev.muster.v1.ListResponse;
import dev.muster.v1.Notice;
import dev.muster.v1.WorkerInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a coordinator does about machines that come and go. */
@SuppressWarnings("NullAway.Init")
class MachinesTest {

  @TempDir
  private Path data = Path.of("");

  private TestCoordinator coordinator;

  @BeforeEach
  void start() throws IOException {
    coordinator = new TestCoordinator(data);
  }

  @AfterEach
  void close() {
    coordinator.close();
  }

  @Test
  void a_leased_machine_may_stay_again_and_again_and_another_hears_nothing_of_it()
      throws InterruptedException {
    FakeWorker own = coordinator.worker("own");
    FakeWorker leased = FakeWorker.leased(coordinator.channel, "leased");

    long millis = leased.await(MessageCase.STAY).getStay().getForMillis();
    assertThat(millis).isEqualTo(Roster.LEASE.toMillis());
    assertThat(leased.await(MessageCase.STAY).getStay().getForMillis()).isEqualTo(millis);
    coordinator.submit(1);
    own.await(MessageCase.PREPARE);
    assertThat(own.hasHeard(MessageCase.STAY)).isFalse();
  }

  @Test
  void who_says_that_its_machine_is_taken_is_listed_with_the_instant_by_the_coordinators_clock()
      throws InterruptedException {
    FakeWorker worker = coordinator.worker("a");
    coordinator.worker("b");
    assertThat(list(info -> true)).extracting(WorkerInfo::getTakenUnixNanos)
        .containsExactly(0L, 0L);

    worker.say(notice(0));
    assertThat(awaitListed(info -> info.getTakenUnixNanos() == -1).getName())
        .isEqualTo("name-of-a");
    long taken = UnixTime.nanos() + 120_000_000_000L;
    worker.say(notice(taken));
    assertThat(awaitListed(info -> info.getTakenUnixNanos() > 0).getTakenUnixNanos())
        .as("as its clock is ours, but for what is on the way")
        .isCloseTo(taken, within(30_000_000_000L));
  }

  @Test
  void who_leaves_is_listed_as_leaving_while_it_is_there_and_is_none_of_the_workers()
      throws InterruptedException {
    coordinator.worker("b");
    FakeWorker worker = coordinator.worker("a");
    worker.say(notice(UnixTime.nanos()));
    worker.say(JoinRequest.newBuilder().setLeave(Leave.getDefaultInstance()).build());

    WorkerInfo leaving = awaitListed(WorkerInfo::getLeaving);
    assertThat(leaving.getName()).isEqualTo("name-of-a");
    assertThat(leaving.getTakenUnixNanos()).isPositive();
    ListResponse listed = coordinator.control().list(ListRequest.getDefaultInstance());
    assertThat(listed.getWorkersList()).containsExactly("name-of-b");
    assertThat(listed.getWorkerInfosList()).extracting(WorkerInfo::getName)
        .containsExactly("name-of-b", "name-of-a");
  }

  @Test
  void who_has_left_as_its_machine_was_taken_is_told_of_when_it_is_gone_and_others_are_not()
      throws InterruptedException {
    FakeWorker taken = coordinator.worker("a");
    FakeWorker other = coordinator.worker("b");
    long when = UnixTime.nanos() + 120_000_000_000L;
    taken.say(notice(when));
    awaitListed(info -> info.getTakenUnixNanos() > 0);
    taken.leave();
    other.leave();

    long deadline = System.nanoTime() + 30_000_000_000L;
    while (list(_ -> true).iterator().hasNext() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(
        coordinator.control().list(ListRequest.getDefaultInstance()).getTakenAwayList())
        .extracting(WorkerInfo::getName)
        .containsExactly("name-of-a");
  }

  @Test
  void who_follows_a_run_hears_that_a_worker_of_it_is_taken() throws InterruptedException {
    FakeWorker worker = coordinator.worker("a");
    String experiment = coordinator.submit(1).getExperimentId();
    Iterator<FollowResponse> events = coordinator.follow(experiment);
    worker.prepare();
    await(events, FollowResponse::hasRunStarted);

    worker.say(notice(UnixTime.nanos()));

    String told = await(events, FollowResponse::hasWaiting).getWaiting().getReason();
    assertThat(told).isEqualTo(
        "Worker name-of-a is taken back (spot interruption): its users go to others.");
  }

  private static JoinRequest notice(long taken) {
    return JoinRequest.newBuilder()
        .setNotice(
            Notice.newBuilder().setTakenUnixNanos(taken).setReason("spot interruption"))
        .build();
  }

  private Iterable<WorkerInfo> list(Predicate<WorkerInfo> which) {
    return coordinator.control()
        .list(ListRequest.getDefaultInstance())
        .getWorkerInfosList()
        .stream()
        .filter(which)
        .toList();
  }

  /** The first that is listed so, as soon as one is. */
  private WorkerInfo awaitListed(Predicate<WorkerInfo> which) {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (System.nanoTime() < deadline) {
      for (WorkerInfo info : list(which)) {
        return info;
      }
    }
    throw new AssertionError("not listed in time");
  }
}
