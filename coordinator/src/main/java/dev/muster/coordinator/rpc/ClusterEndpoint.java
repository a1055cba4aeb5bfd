package dev.muster.coordinator.rpc;

import dev.muster.v1.ClusterServiceGrpc;
import dev.muster.v1.Hello;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** Workers' streams, translated into what the coordinator's thread understands. */
final class ClusterEndpoint extends ClusterServiceGrpc.ClusterServiceImplBase {

  private static final int PROTOCOL_VERSION = 1;

  private final CoordinatorLoop loop;

  ClusterEndpoint(CoordinatorLoop loop) {
    this.loop = loop;
  }

  @Override
  public StreamObserver<JoinRequest> join(StreamObserver<JoinResponse> out) {
    return new StreamObserver<>() {

      private @Nullable WorkerSession session;

      @Override
      public void onNext(JoinRequest message) {
        long now = UnixTime.nanos();
        WorkerSession known = session;
        if (known != null) {
          loop.said(known, message, now);
          return;
        }
        Status problem = problemOf(message);
        if (problem != null) {
          out.onError(problem.asRuntimeException());
          return;
        }
        WorkerSession fresh = new WorkerSession(message.getHello(), out);
        session = fresh;
        loop.execute(() -> loop.joined(fresh));
      }

      @Override
      public void onError(Throwable error) {
        end();
      }

      @Override
      public void onCompleted() {
        end();
        out.onCompleted();
      }

      private void end() {
        WorkerSession known = session;
        if (known != null) {
          loop.execute(() -> loop.left(known));
        }
      }
    };
  }

  private static @Nullable Status problemOf(JoinRequest message) {
    if (!message.hasHello() || message.getHello().getWorkerId().isEmpty()) {
      return Status.INVALID_ARGUMENT.withDescription("the first message must be Hello");
    }
    Hello hello = message.getHello();
    if (hello.getProtocolVersion() != PROTOCOL_VERSION) {
      return Status.FAILED_PRECONDITION.withDescription(
          "worker " + hello.getWorkerName() + " speaks protocol version "
              + hello.getProtocolVersion() + ", this coordinator speaks " + PROTOCOL_VERSION
              + "; use the same Muster for both");
    }
    return null;
  }
}
