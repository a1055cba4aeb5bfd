package dev.muster.coordinator.rpc;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.report.CsvFormat;
import dev.muster.coordinator.store.Store;
import dev.muster.plan.Plan;
import dev.muster.plan.PlanFile;
import dev.muster.plan.PlanReading;
import dev.muster.plan.PlanSource;
import dev.muster.v1.Health;
import dev.muster.v1.Hello;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.Prepared;
import dev.muster.v1.Snapshot;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens with messages that came while the coordinator's thread was busy. */
@SuppressWarnings("NullAway.Init")
class WaitingMessagesTest {

  private static final long PATIENCE_SECONDS = 30;

  @TempDir
  Path data = Path.of("");

  private final Port port = new Port();
  private CoordinatorOptions options;
  private Store store;
  private CoordinatorLoop loop;
  private CountingStream<JoinResponse> stream;
  private StreamObserver<JoinRequest> worker;

  @BeforeEach
  void join() {
    options = new CoordinatorOptions("localhost", 0, data);
    store = Store.open(options.storeFile());
    loop = new CoordinatorLoop(
        options, store, port::handOn, Executors.newSingleThreadExecutor());
    stream = new CountingStream<>();
    worker = new ClusterEndpoint(loop, options.bounds()).join(stream);
    worker.onNext(
        JoinRequest.newBuilder()
            .setHello(Hello.newBuilder().setWorkerId("a").setProtocolVersion(1))
            .build());
  }

  @AfterEach
  void stop() {
    loop.close();
    store.close();
  }

  @Test
  void a_stream_is_asked_for_no_more_than_a_few_until_they_are_dealt_with() throws Exception {
    onTheLoop(() -> "all that was said before is dealt with");
    int before = stream.asked.get();
    CountDownLatch busy = keepBusy();
    for (int tick = 0; tick < Intake.MOST_WAITING - 1; tick++) {
      send(answered("r", tick, 100));
    }
    sayHealth("r");

    // Asked for one before, and for one with each but the last.
    assertThat(stream.asked).hasValue(before + Intake.MOST_WAITING - 1);
    busy.countDown();

    assertThat(onTheLoop(stream.asked::get)).isEqualTo(before + Intake.MOST_WAITING);
  }

  @Test
  void snapshots_that_came_together_are_stored_together_whatever_is_said_between_them()
      throws Exception {
    String run = startRun();
    sql("CREATE TRIGGER full BEFORE INSERT ON snapshots WHEN NEW.tick = 1 "
        + "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
    CountDownLatch busy = keepBusy();
    send(answered(run, 0, 100));
    sayHealth(run);
    send(answered(run, 1, 100));
    busy.countDown();

    assertThat(stream.awaitError().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(onTheLoop(() -> {
      var stored = new ArrayList<Store.WorkerSnapshot>();
      store.readSnapshots(run, stored::add);
      return stored;
    })).isEmpty();
  }

  @Test
  void no_time_passes_for_those_who_wait_while_words_still_wait_at_the_port() throws Exception {
    port.holdBack.set(true);
    Runnable allHasCome = port.held.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    long before = onTheLoop(loop::nowNanos);

    // Longer than the loop's own turn, so that it would have gone on.
    assertThat(port.held.poll(500, TimeUnit.MILLISECONDS)).isNull();
    assertThat(onTheLoop(loop::nowNanos)).isEqualTo(before);

    port.holdBack.set(false);
    assertThat(allHasCome).isNotNull();
    allHasCome.run();
    long begin = System.nanoTime();
    while (onTheLoop(loop::nowNanos) == before) {
      assertThat(System.nanoTime() - begin)
          .isLessThan(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
    }
  }

  /** What stands before the loop: it says that all has come, at once or when told to. */
  private static final class Port {

    private final AtomicBoolean holdBack = new AtomicBoolean();
    private final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();

    void handOn(Runnable allHasCome) {
      if (holdBack.get()) {
        held.add(allHasCome);
      } else {
        allHasCome.run();
      }
    }
  }

  private String startRun() throws Exception {
    var document = PlanDocument.newBuilder().setText(TestCoordinator.PLAN).build();
    var wish = new Submission.Wish(document, plan(), CsvFormat.LOCUST_2, 1, 0);
    worker.onNext(FakeWorker.clock(stream.await(JoinResponse::hasClockProbe).getClockProbe()));
    onTheLoop(() -> loop.experiments().submit(wish));
    String run = stream.await(JoinResponse::hasPrepare).getPrepare().getRunId();
    worker.onNext(
        JoinRequest.newBuilder().setPrepared(Prepared.newBuilder().setRunId(run)).build());
    var _ = stream.await(JoinResponse::hasStart);
    return run;
  }

  private static Plan plan() {
    var source = new PlanSource("plan.yaml", TestCoordinator.PLAN, List.of(), Map.of());
    return switch (PlanFile.read(source)) {
      case PlanReading.Readable(Plan plan) -> plan;
      case PlanReading.Unreadable unreadable -> throw new AssertionError(unreadable);
    };
  }

  private void send(Snapshot.Builder snapshot) {
    worker.onNext(JoinRequest.newBuilder().setSnapshot(snapshot).build());
  }

  private void sayHealth(String run) {
    worker.onNext(
        JoinRequest.newBuilder().setHealth(Health.newBuilder().setRunId(run)).build());
  }

  /** Holds the coordinator's thread until the latch is opened. */
  private CountDownLatch keepBusy() {
    var begun = new CountDownLatch(1);
    var busy = new CountDownLatch(1);
    loop.execute(() -> {
      begun.countDown();
      TestCoordinator.await(busy);
    });
    TestCoordinator.await(begun);
    return busy;
  }

  private <T> T onTheLoop(Callable<T> task) throws Exception {
    return loop.call(task).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private void sql(String sql) throws SQLException {
    try (var other = DriverManager.getConnection("jdbc:sqlite:" + options.storeFile());
        var statement = other.createStatement()) {
      statement.execute(sql);
    }
  }
}
