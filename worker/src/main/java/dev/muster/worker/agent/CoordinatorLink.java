package dev.muster.worker.agent;

import dev.muster.trust.rpc.Dialer;
import dev.muster.v1.ClusterServiceGrpc;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;

/** One stream to a coordinator. Its events arrive on gRPC's threads; sending is for one thread. */
final class CoordinatorLink implements AutoCloseable {

  /** Receives what comes over a link. */
  interface Events {

    void received(CoordinatorLink link, JoinResponse message);

    /** The link is broken or was refused; nothing follows. */
    void broken(CoordinatorLink link, Status why);
  }

  private static final int KEEP_ALIVE_SECONDS = 10;

  /** A link over which nothing came back for so long is broken. */
  private static final int KEEP_ALIVE_TIMEOUT_SECONDS = 5;

  /** Closing at once would break the stream before its completion has gone out. */
  private static final int LEAVE_SECONDS = 1;

  private final ManagedChannel channel;
  private final StreamObserver<JoinRequest> requests;

  /** Opens a link; whether it succeeds is told by {@code events}. */
  CoordinatorLink(Dialer dialer, String host, int port, Events events) {
    channel = dialer.dial(host, port)
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .build();
    requests = ClusterServiceGrpc.newStub(channel).join(new StreamObserver<>() {
      @Override
      public void onNext(JoinResponse message) {
        events.received(CoordinatorLink.this, message);
      }

      @Override
      public void onError(Throwable error) {
        events.broken(CoordinatorLink.this, Dialer.explained(Status.fromThrowable(error)));
      }

      @Override
      public void onCompleted() {
        events.broken(CoordinatorLink.this, Status.OK);
      }
    });
  }

  /** Sends a message; on a broken link it is dropped. */
  void send(JoinRequest message) {
    requests.onNext(message);
  }

  /** Leaves and closes the link: a coordinator that is well sees the stream complete. */
  void leave() {
    requests.onCompleted();
    channel.shutdown();
    try {
      if (!channel.awaitTermination(LEAVE_SECONDS, TimeUnit.SECONDS)) {
        close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
