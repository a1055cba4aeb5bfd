package dev.muster.worker.agent;

import dev.muster.v1.ClusterServiceGrpc;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.Snapshot;
import dev.muster.v1.Version;
import dev.muster.v1.Welcome;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A coordinator that says what a test tells it to, over a real port of this machine. */
final class FakeCoordinator extends ClusterServiceGrpc.ClusterServiceImplBase
    implements
      AutoCloseable {

  private final LinkedBlockingQueue<Worker> joined = new LinkedBlockingQueue<>();
  private final Server server;

  FakeCoordinator() {
    server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
        .addService(this)
        .build();
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getPort();
  }

  /** The next worker that opens a stream. */
  Worker nextWorker() {
    return next(joined, "no worker joins");
  }

  /** Whether nobody joins for a while. */
  boolean isLeftAlone(long millis) {
    return isEmptyFor(joined, millis);
  }

  @Override
  public StreamObserver<JoinRequest> join(StreamObserver<JoinResponse> out) {
    var worker = new Worker(out);
    joined.add(worker);
    return worker;
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  /** One stream of a worker. */
  static final class Worker implements StreamObserver<JoinRequest> {

    private final StreamObserver<JoinResponse> out;
    private final LinkedBlockingQueue<JoinRequest> received = new LinkedBlockingQueue<>();
    final CompletableFuture<String> end = new CompletableFuture<>();

    Worker(StreamObserver<JoinResponse> out) {
      this.out = out;
    }

    @Override
    public void onNext(JoinRequest message) {
      received.add(message);
    }

    @Override
    public void onError(Throwable error) {
      end.complete("broken");
    }

    @Override
    public void onCompleted() {
      out.onCompleted();
      end.complete("completed");
    }

    void say(JoinResponse.Builder message) {
      out.onNext(message.build());
    }

    void welcome() {
      welcome(new Version("", 1));
    }

    /** As a coordinator of this version does. */
    void welcome(Version version) {
      say(
          JoinResponse.newBuilder()
              .setWelcome(
                  Welcome.newBuilder()
                      .setProtocolVersion(version.protocol())
                      .setProductVersion(version.product())));
    }

    void breakOff(Status why) {
      out.onError(why.asRuntimeException());
    }

    /** The next message of a kind; others are passed over. */
    JoinRequest next(Predicate<JoinRequest> kind) {
      while (true) {
        JoinRequest message = FakeCoordinator.next(received, "nothing comes");
        if (kind.test(message)) {
          return message;
        }
      }
    }

    JoinRequest next() {
      return next(_ -> true);
    }

    /** What comes within a while. */
    List<JoinRequest> within(long millis) {
      return isEmptyFor(received, millis) ? List.of() : List.copyOf(received);
    }

    /**
     * The snapshots up to the run's last. Their number is not fixed: a request in flight at the load's
     * end makes the run a tick longer.
     */
    List<Snapshot> snapshotsToTheLast() {
      var snapshots = new ArrayList<Snapshot>();
      do {
        snapshots.add(next(JoinRequest::hasSnapshot).getSnapshot());
      } while (!snapshots.getLast().getLast());
      return snapshots;
    }

    List<Snapshot> snapshots(int count) {
      var snapshots = new ArrayList<Snapshot>();
      while (snapshots.size() < count) {
        snapshots.add(next(JoinRequest::hasSnapshot).getSnapshot());
      }
      return snapshots;
    }
  }

  private static <T> T next(LinkedBlockingQueue<T> queue, String otherwise) {
    try {
      return Objects.requireNonNull(queue.poll(20, TimeUnit.SECONDS), otherwise);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> boolean isEmptyFor(LinkedBlockingQueue<T> queue, long millis) {
    try {
      T first = queue.poll(millis, TimeUnit.MILLISECONDS);
      if (first != null) {
        queue.add(first);
      }
      return first == null;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
