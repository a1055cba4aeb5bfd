package dev.muster.coordinator.rpc;

import dev.muster.coordinator.merge.CheckedSnapshot;
import dev.muster.coordinator.merge.SnapshotCheck;
import dev.muster.v1.ClusterServiceGrpc;
import dev.muster.v1.Hello;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** Workers' streams, translated into what the coordinator's thread understands. */
final class ClusterEndpoint extends ClusterServiceGrpc.ClusterServiceImplBase {

  /**
   * How many messages of a stream may wait for the coordinator's thread, so that what waits is bounded
   * even where that thread or its disk is slow. A worker that joins is asked for its clock eight times.
   */
  private static final int MOST_WAITING = 16;

  private final CoordinatorLoop loop;

  ClusterEndpoint(CoordinatorLoop loop) {
    this.loop = loop;
  }

  @Override
  public StreamObserver<JoinRequest> join(StreamObserver<JoinResponse> responses) {
    var out = (ServerCallStreamObserver<JoinResponse>) responses;
    // With a handler, sending to a stream that broke is no exception; onError tells of it.
    out.setOnCancelHandler(() -> {});
    out.disableAutoRequest();
    out.request(MOST_WAITING);
    return new StreamObserver<>() {

      private @Nullable WorkerSession session;
      private boolean refused;

      @Override
      public void onNext(JoinRequest message) {
        long now = UnixTime.nanos();
        WorkerSession known = session;
        if (refused) {
          return;
        }
        if (known != null) {
          pass(known, message, now);
          return;
        }
        Status problem = problemOf(message);
        if (problem != null) {
          refused = true;
          out.onError(problem.asRuntimeException());
          return;
        }
        WorkerSession fresh = new WorkerSession(message.getHello(), out);
        session = fresh;
        loop.execute(() -> {
          loop.joined(fresh);
          fresh.handled();
        });
      }

      // Read through here, so that nothing on the coordinator's thread has to look for errors in it.
      private void pass(WorkerSession from, JoinRequest message, long now) {
        if (!message.hasSnapshot()) {
          loop.said(from, message, now);
          return;
        }
        CheckedSnapshot snapshot;
        try {
          snapshot = SnapshotCheck.checked(message.getSnapshot());
        } catch (IllegalArgumentException e) {
          refused = true;
          loop.execute(() -> loop.refuse(from, String.valueOf(e.getMessage())));
          return;
        }
        loop.delivered(from, snapshot);
      }

      @Override
      public void onError(Throwable error) {
        end();
      }

      @Override
      public void onCompleted() {
        if (session == null && !refused) {
          out.onCompleted();
        }
        end();
      }

      // The stream's other side is ended by the thread that may still be writing to it.
      private void end() {
        WorkerSession known = session;
        if (known != null) {
          loop.execute(() -> loop.left(known, Status.OK));
        }
      }
    };
  }

  private static @Nullable Status problemOf(JoinRequest message) {
    if (!message.hasHello() || message.getHello().getWorkerId().isEmpty()) {
      return Status.INVALID_ARGUMENT
          .withDescription("the first message must be Hello, with the id of a worker");
    }
    Hello hello = message.getHello();
    if (hello.getProtocolVersion() != Messages.PROTOCOL_VERSION) {
      return Status.FAILED_PRECONDITION.withDescription(
          "worker " + hello.getWorkerName() + " speaks protocol version "
              + hello.getProtocolVersion() + ", this coordinator speaks "
              + Messages.PROTOCOL_VERSION
              + "; use the same Muster for both");
    }
    return null;
  }
}
