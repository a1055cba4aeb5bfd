package dev.muster.coordinator.rpc;

import dev.muster.coordinator.Bounds;
import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.Door;
import dev.muster.coordinator.store.Store;
import dev.muster.v1.ControlServiceGrpc;
import dev.muster.v1.ControlServiceGrpc.ControlServiceBlockingStub;
import dev.muster.v1.FollowRequest;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.ListRequest;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.RunInfo;
import dev.muster.v1.RunState;
import dev.muster.v1.SubmitRequest;
import dev.muster.v1.SubmitResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A real coordinator on a free port of this machine, and a channel to it. */
final class TestCoordinator implements AutoCloseable {

  static final String PLAN = """
      name: tiny
      target: http://localhost:1
      scenario:
        - get: /customerdata/1
          name: /customerdata/{id}
        - think: 1s
      load:
        users: 4
        duration: 3s
      """;

  final CoordinatorOptions options;
  final Store store;
  final ManagedChannel channel;
  private final CoordinatorServer server;

  TestCoordinator(Path data) throws IOException {
    this(data, Executors.newSingleThreadExecutor());
  }

  /** A coordinator that writes results on {@code results}, which it closes. */
  TestCoordinator(Path data, ExecutorService results) throws IOException {
    this(data, results, Bounds.USUAL);
  }

  /** A coordinator that takes on no more than {@code bounds} say. */
  TestCoordinator(Path data, Bounds bounds) throws IOException {
    this(data, Executors.newSingleThreadExecutor(), bounds);
  }

  private TestCoordinator(Path data, ExecutorService results, Bounds bounds) throws IOException {
    options = new CoordinatorOptions("localhost", 0, data, bounds, true);
    store = Store.open(options.storeFile());
    server = new CoordinatorServer(options, new Door.Open(), store, results);
    channel = Grpc.newChannelBuilderForAddress(
        "localhost", server.port(), InsecureChannelCredentials.create()).build();
  }

  ControlServiceBlockingStub control() {
    return ControlServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  static SubmitRequest.Builder plan(String text, int workers) {
    return SubmitRequest.newBuilder()
        .setDocument(PlanDocument.newBuilder().setFileName("plan.yaml").setText(text))
        .setWorkers(workers);
  }

  SubmitResponse submit(int workers) {
    return control().submit(plan(PLAN, workers).build());
  }

  int workerCount() {
    return control().list(ListRequest.getDefaultInstance()).getWorkersCount();
  }

  /** Where the first run of an experiment is. */
  RunState state(String experiment) {
    return control()
        .list(ListRequest.getDefaultInstance())
        .getRunsList()
        .stream()
        .filter(run -> run.getExperimentId().equals(experiment))
        .map(RunInfo::getState)
        .findFirst()
        .orElseThrow();
  }

  FakeWorker worker(String id) throws InterruptedException {
    return FakeWorker.joined(channel, id);
  }

  Iterator<FollowResponse> follow(String experiment) {
    return control().follow(FollowRequest.newBuilder().setExperimentId(experiment).build());
  }

  /** The next event of a kind; those before it are passed over. */
  static FollowResponse await(Iterator<FollowResponse> events, Predicate<FollowResponse> wanted) {
    while (events.hasNext()) {
      FollowResponse event = events.next();
      if (wanted.test(event)) {
        return event;
      }
    }
    throw new AssertionError("the experiment ended without it");
  }

  /** Waits until {@code latch} is open, and fails where it stays shut. */
  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("not opened in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How the experiment ends. */
  static String problem(Iterator<FollowResponse> events) {
    return await(events, FollowResponse::hasExperimentEnded).getExperimentEnded().getProblem();
  }

  /** Changes the store's file from outside. */
  void sql(String sql) throws SQLException {
    try (var other = DriverManager.getConnection("jdbc:sqlite:" + options.storeFile());
        var statement = other.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    store.close();
  }
}
