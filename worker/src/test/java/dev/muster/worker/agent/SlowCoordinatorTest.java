package dev.muster.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.muster.plan.target.AllowedTargets;
import dev.muster.trust.rpc.Dialer;
import dev.muster.v1.Assign;
import dev.muster.v1.ClusterServiceGrpc;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.LaneRange;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.Prepare;
import dev.muster.v1.Snapshot;
import dev.muster.v1.Start;
import dev.muster.v1.Welcome;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowCoordinatorTest {

  @TempDir
  private Path spool = Path.of("");

  private static final int ARRIVALS = 400;
  private static final int LANES = 4_096;
  private static final long PATIENCE_SECONDS = 60;

  @Test
  void a_coordinator_that_reads_nothing_while_a_run_goes_on_slows_nothing_and_gets_all_of_it()
      throws Exception {
    var arrived = new CountDownLatch(ARRIVALS);
    HttpServer target = target(arrived);
    var coordinator = new Reading();
    Server server = NettyServerBuilder
        .forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            InsecureServerCredentials.create())
        // So that next to nothing is on the way, either.
        .flowControlWindow(1_024)
        .addService(coordinator)
        .build()
        .start();
    try (var _ = new WorkerAgent(
        new WorkerOptions("127.0.0.1", server.getPort(), "tester", 1, List.of(),
            AllowedTargets.loopback(), null, Duration.ofSeconds(60), Duration.ofSeconds(60), spool,
            Optional.empty()),
        Dialer.plain())) {
      coordinator.begin("""
          name: steady
          target: http://127.0.0.1:%d
          scenario: [ { get: / } ]
          load: { rate: 100/s, duration: 4s }
          """.formatted(target.getAddress().getPort()));

      assertThat(arrived.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

      assertThat(coordinator.said).as("read meanwhile").hasSizeLessThan(2);
      coordinator.read();
      List<Snapshot> snapshots = coordinator.snapshotsToTheLast();
      assertThat(snapshots.getFirst().getSequence()).isEqualTo(1);
      assertThat(snapshots.getLast().getSequence()).isEqualTo(snapshots.size());
      assertThat(snapshots.stream().mapToLong(Snapshot::getSent).sum()).isEqualTo(ARRIVALS);
    } finally {
      server.shutdownNow();
      target.stop(0);
    }
  }

  private static HttpServer target(CountDownLatch arrived) throws IOException {
    HttpServer target = HttpServer.create(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    target.createContext("/", exchange -> {
      exchange.sendResponseHeaders(204, -1);
      exchange.close();
      arrived.countDown();
    });
    target.start();
    return target;
  }

  /** A coordinator that reads until a run begins, and then only when it is told to. */
  private static final class Reading extends ClusterServiceGrpc.ClusterServiceImplBase {

    final LinkedBlockingQueue<JoinRequest> said = new LinkedBlockingQueue<>();
    private final CompletableFuture<ServerCallStreamObserver<JoinResponse>> joined = new CompletableFuture<>();
    private volatile boolean reads = true;

    @Override
    public StreamObserver<JoinRequest> join(StreamObserver<JoinResponse> responses) {
      var out = (ServerCallStreamObserver<JoinResponse>) responses;
      out.disableAutoRequest();
      out.request(1);
      return new StreamObserver<>() {
        @Override
        public void onNext(JoinRequest message) {
          said.add(message);
          if (reads) {
            out.request(1);
          }
          var _ = joined.complete(out);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {
          out.onCompleted();
        }
      };
    }

    void begin(String plan) throws Exception {
      ServerCallStreamObserver<JoinResponse> out = joined.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      out.onNext(
          JoinResponse.newBuilder()
              .setWelcome(Welcome.newBuilder().setProtocolVersion(1))
              .build());
      out.onNext(
          JoinResponse.newBuilder()
              .setPrepare(
                  Prepare.newBuilder()
                      .setRunId("run")
                      .setDocument(
                          PlanDocument.newBuilder().setFileName("plan.yaml").setText(plan)))
              .build());
      while (!next().hasPrepared()) {
        // Its health comes in between.
      }
      reads = false;
      out.onNext(
          JoinResponse.newBuilder()
              .setAssign(
                  Assign.newBuilder()
                      .setRunId("run")
                      .setEpoch(1)
                      .addLanes(LaneRange.newBuilder().setFirst(0).setEnd(LANES).setStride(1)))
              .build());
      out.onNext(
          JoinResponse.newBuilder()
              .setStart(Start.newBuilder().setRunId("run").setStartUnixNanos(UnixTime.nanos()))
              .build());
      said.clear();
    }

    void read() {
      reads = true;
      joined.join().request(1_000);
    }

    private JoinRequest next() throws InterruptedException {
      return Objects.requireNonNull(
          said.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "nothing comes");
    }

    List<Snapshot> snapshotsToTheLast() throws InterruptedException {
      var snapshots = new ArrayList<Snapshot>();
      while (snapshots.isEmpty() || !snapshots.getLast().getLast()) {
        JoinRequest message = next();
        if (message.hasSnapshot()) {
          snapshots.add(message.getSnapshot());
        }
      }
      return snapshots;
    }
  }
}
