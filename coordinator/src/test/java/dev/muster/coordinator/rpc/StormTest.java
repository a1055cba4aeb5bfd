package dev.muster.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.Door;
import dev.muster.coordinator.merge.Ledger;
import dev.muster.coordinator.merge.SampleSnapshots;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.coordinator.store.Store;
import dev.muster.trust.Authority;
import dev.muster.trust.Holder;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.Lives;
import dev.muster.trust.Role;
import dev.muster.trust.rpc.Dialer;
import dev.muster.v1.ControlServiceGrpc;
import dev.muster.v1.FollowRequest;
import dev.muster.v1.Outcome;
import dev.muster.v1.Snapshot;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many workers at once, each over a connection of its own with TLS and a certificate of its own. {@code
 * bench/scale/run} does the same with a thousand, for a minute.
 */
class StormTest {

  private static final int WORKERS = 100;
  private static final int TICKS = 10;
  private static final int SERIES = 20;
  private static final int REQUESTS = 100;
  private static final long PATIENCE_SECONDS = 120;

  @TempDir
  Path data = Path.of("");

  @Test
  void a_hundred_workers_join_at_once_and_each_of_their_snapshots_is_stored_and_counted()
      throws Exception {
    Authority authority = Authority.inMemory(Lives.USUAL, InstantSource.system());
    var options = new CoordinatorOptions("127.0.0.1", 0, data);
    var acknowledged = new CountDownLatch(WORKERS);
    var broken = new CompletableFuture<Throwable>();
    List<StormWorker> storm = new ArrayList<>();
    try (Store store = Store.open(options.storeFile());
        var server = new CoordinatorServer(
            options, new Door.Own(authority, Optional.empty()), store,
            Executors.newSingleThreadExecutor())) {
      ManagedChannel channel = Dialer
          .mutual(new LiveCredential(authority.credential(new Holder(Role.OPERATOR, "zoe"))))
          .dial("127.0.0.1", server.port())
          .build();
      var control = ControlServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
      var submitted = control.submit(TestCoordinator.plan(plan(), WORKERS).build());
      var events = control.follow(
          FollowRequest.newBuilder().setExperimentId(submitted.getExperimentId()).build());
      Snapshot snapshot = snapshot();
      assertThat(snapshot.getSerializedSize()).as("as large as real ones").isGreaterThan(10_000);

      for (int worker = 0; worker < WORKERS; worker++) {
        String name = "storm-" + worker;
        storm.add(
            new StormWorker(
                authority.credential(new Holder(Role.WORKER, name)), name, server.port(),
                snapshot, TICKS, acknowledged, broken));
      }

      assertThat(acknowledged.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("still to be acknowledged: %s, broken: %s", acknowledged.getCount(), broken)
          .isTrue();
      var ended = TestCoordinator.await(events, event -> event.hasRunEnded()).getRunEnded();
      long requests = (long) WORKERS * TICKS * SERIES * REQUESTS;
      assertThat(SummaryJson.parse(ended.getSummaryJson()).ledger())
          .isEqualTo(new Ledger(requests, requests, 0, 0, 0));
      assertThat(stored(options.storeFile(), ended.getRunId()))
          .doesNotHaveDuplicates()
          .hasSize(WORKERS * TICKS);
      storm.forEach(StormWorker::close);
      channel.shutdownNow();
    }
  }

  private static List<String> stored(Path file, String run) {
    var stored = new ArrayList<String>();
    try (Store store = Store.openToRead(file)) {
      store.readSnapshots(
          run, each -> stored.add(each.worker() + " " + each.snapshot().message().getSequence()));
    }
    return stored;
  }

  private static String plan() {
    var steps = new StringBuilder();
    for (int series = 0; series < SERIES; series++) {
      steps.append("  - get: /").append(series).append('\n');
    }
    return """
        name: storm
        target: http://localhost:1
        scenario:
        %sload: { users: 200, duration: 10s }
        """.formatted(steps);
  }

  private static Snapshot snapshot() {
    var random = new Random(7);
    var snapshot = Snapshot.newBuilder().setUsers(2).setSent((long) SERIES * REQUESTS);
    for (int series = 0; series < SERIES; series++) {
      long[] micros = random.doubles(REQUESTS, 5, 12)
          .mapToLong(exponent -> (long) Math.exp(exponent))
          .toArray();
      snapshot.addSeries(
          SampleSnapshots.series(Outcome.OUTCOME_ANSWERED, micros)
              .toBuilder()
              .setName("/" + series));
    }
    return snapshot.build();
  }
}
