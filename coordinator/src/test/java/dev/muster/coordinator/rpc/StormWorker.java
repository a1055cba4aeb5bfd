package dev.muster.coordinator.rpc;

import dev.muster.trust.Credential;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.rpc.Dialer;
import dev.muster.v1.ClusterServiceGrpc;
import dev.muster.v1.Hello;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.Prepared;
import dev.muster.v1.Snapshot;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * One of many workers that send no load, over a connection of its own: says what is asked at once, and all
 * its snapshots as soon as its run has a start.
 */
final class StormWorker implements AutoCloseable {

  private final String name;
  private final Snapshot snapshot;
  private final int ticks;
  private final CountDownLatch acknowledged;
  private final CompletableFuture<Throwable> broken;
  private final ManagedChannel channel;
  private final StreamObserver<JoinRequest> out;

  /**
   * One that joins at once.
   *
   * @param snapshot what it hands in of each tick
   * @param acknowledged is counted down when its last is stored
   * @param broken is told if its link breaks
   */
  StormWorker(
      Credential credential, String name, int port, Snapshot snapshot, int ticks,
      CountDownLatch acknowledged, CompletableFuture<Throwable> broken) {
    this.name = name;
    this.snapshot = snapshot;
    this.ticks = ticks;
    this.acknowledged = acknowledged;
    this.broken = broken;
    channel = Dialer.mutual(new LiveCredential(credential)).dial("127.0.0.1", port).build();
    out = ClusterServiceGrpc.newStub(channel).withWaitForReady().join(new StreamObserver<>() {
      @Override
      public void onNext(JoinResponse message) {
        read(message);
      }

      @Override
      public void onError(Throwable error) {
        var _ = StormWorker.this.broken.complete(error);
      }

      @Override
      public void onCompleted() {}
    });
    say(
        JoinRequest.newBuilder()
            .setHello(
                Hello.newBuilder().setWorkerId(name).setWorkerName(name).setProtocolVersion(1)));
  }

  private synchronized void say(JoinRequest.Builder message) {
    out.onNext(message.build());
  }

  private void read(JoinResponse message) {
    switch (message.getMessageCase()) {
      case CLOCK_PROBE -> say(FakeWorker.clock(message.getClockProbe()).toBuilder());
      case PREPARE -> say(
          JoinRequest.newBuilder()
              .setPrepared(Prepared.newBuilder().setRunId(message.getPrepare().getRunId())));
      case START -> {
        for (int tick = 0; tick < ticks; tick++) {
          say(
              JoinRequest.newBuilder()
                  .setSnapshot(
                      snapshot.toBuilder()
                          .setRunId(message.getStart().getRunId())
                          .setSequence(tick + 1)
                          .setTick(tick)
                          .setLast(tick == ticks - 1)));
        }
      }
      case ACKNOWLEDGE -> {
        if (message.getAcknowledge().getSequence() == ticks) {
          acknowledged.countDown();
        }
      }
      default -> {
        // Nothing to do for one that sends no load.
      }
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  @Override
  public String toString() {
    return name;
  }
}
