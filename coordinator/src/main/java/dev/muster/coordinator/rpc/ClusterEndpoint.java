package dev.muster.coordinator.rpc;

import dev.muster.coordinator.merge.SnapshotCheck;
import dev.muster.v1.ClusterServiceGrpc;
import dev.muster.v1.Hello;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Workers' streams, translated into what the coordinator's thread understands. */
final class ClusterEndpoint extends ClusterServiceGrpc.ClusterServiceImplBase {

  private final CoordinatorLoop loop;

  ClusterEndpoint(CoordinatorLoop loop) {
    this.loop = loop;
  }

  @Override
  public StreamObserver<JoinRequest> join(StreamObserver<JoinResponse> responses) {
    var out = (ServerCallStreamObserver<JoinResponse>) responses;
    // With a handler, sending to a stream that broke is no exception; onError tells of it.
    out.setOnCancelHandler(() -> {});
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
        loop.execute(() -> loop.joined(fresh));
      }

      // Checked here, as decoding histograms would take too long on the coordinator's thread. Merging
      // decodes them again: a decoded series is half a megabyte, and a queue of those would not do.
      private void pass(WorkerSession from, JoinRequest message, long now) {
        Optional<String> problem = message.hasSnapshot()
            ? SnapshotCheck.problemOf(message.getSnapshot())
            : Optional.empty();
        if (problem.isPresent()) {
          refused = true;
          loop.execute(() -> loop.refuse(from, problem.get()));
        } else {
          loop.said(from, message, now);
        }
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
