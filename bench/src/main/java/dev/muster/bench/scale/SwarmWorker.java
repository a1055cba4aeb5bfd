package dev.muster.bench.scale;

import dev.muster.trust.rpc.Dialer;
import dev.muster.v1.ClockReading;
import dev.muster.v1.ClusterServiceGrpc;
import dev.muster.v1.Health;
import dev.muster.v1.Hello;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.Prepared;
import dev.muster.v1.Snapshot;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** One worker of a swarm. Its messages go out one at a time, from whichever thread. */
final class SwarmWorker implements AutoCloseable {

  private final int seconds;
  private final Snapshot snapshot;
  private final ScheduledExecutorService timer;
  private final Histogram acknowledged;
  private final CountDownLatch joined;
  private final CountDownLatch started;
  private final CountDownLatch done;
  private final ManagedChannel channel;
  private final StreamObserver<JoinRequest> out;

  /** When each snapshot was sent, by its sequence. */
  private final long[] sentNanos;

  private long acknowledgedTo;

  SwarmWorker(
      String name, Dialer dialer, int port, int seconds, Snapshot snapshot,
      ScheduledExecutorService timer, Histogram acknowledged, CountDownLatch joined,
      CountDownLatch started, CountDownLatch done) {
    this.seconds = seconds;
    this.snapshot = snapshot;
    this.timer = timer;
    this.acknowledged = acknowledged;
    this.joined = joined;
    this.started = started;
    this.done = done;
    this.sentNanos = new long[seconds + 1];
    channel = dialer.dial("127.0.0.1", port).build();
    // A connection that is refused in the storm is tried again, as a worker does.
    out = ClusterServiceGrpc.newStub(channel).withWaitForReady().join(new StreamObserver<>() {
      @Override
      public void onNext(JoinResponse message) {
        read(message);
      }

      @Override
      public void onError(Throwable error) {
        System.err.println(name + ": " + error);
        System.exit(1);
      }

      @Override
      public void onCompleted() {}
    });
    send(
        JoinRequest.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setWorkerId(name)
                    .setWorkerName(name)
                    .setProtocolVersion(1)
                    .setEventLoops(1)));
  }

  private static long unixNanos() {
    return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
  }

  private synchronized void send(JoinRequest.Builder message) {
    out.onNext(message.build());
  }

  private void read(JoinResponse message) {
    switch (message.getMessageCase()) {
      case WELCOME -> joined.countDown();
      case CLOCK_PROBE -> send(
          JoinRequest.newBuilder()
              .setClockReading(
                  ClockReading.newBuilder()
                      .setProbeSentUnixNanos(message.getClockProbe().getSentUnixNanos())
                      .setReceivedUnixNanos(unixNanos())
                      .setRepliedUnixNanos(unixNanos())));
      case PREPARE -> send(
          JoinRequest.newBuilder()
              .setPrepared(Prepared.newBuilder().setRunId(message.getPrepare().getRunId())));
      case START -> {
        long from = message.getStart().getStartUnixNanos() - unixNanos();
        for (int tick = 0; tick < seconds; tick++) {
          int ended = tick;
          var _ = timer.schedule(
              () -> tickEnded(message.getStart().getRunId(), ended),
              from + (tick + 1) * 1_000_000_000L, TimeUnit.NANOSECONDS);
        }
        started.countDown();
      }
      case ACKNOWLEDGE -> acknowledged(message.getAcknowledge().getSequence());
      default -> {
        // Nothing to do for one that sends no load.
      }
    }
  }

  private void tickEnded(String run, int tick) {
    synchronized (this) {
      sentNanos[tick + 1] = System.nanoTime();
    }
    send(
        JoinRequest.newBuilder()
            .setSnapshot(
                snapshot.toBuilder()
                    .setRunId(run)
                    .setSequence(tick + 1)
                    .setTick(tick)
                    .setLast(tick == seconds - 1)));
    send(JoinRequest.newBuilder().setHealth(Health.newBuilder().setRunId(run)));
  }

  private synchronized void acknowledged(long sequence) {
    long now = System.nanoTime();
    for (; acknowledgedTo < sequence; acknowledgedTo++) {
      acknowledged.recordValue((now - sentNanos[(int) acknowledgedTo + 1]) / 1_000);
      if (acknowledgedTo + 1 == seconds) {
        done.countDown();
      }
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      out.onCompleted();
    }
    channel.shutdown();
  }
}
