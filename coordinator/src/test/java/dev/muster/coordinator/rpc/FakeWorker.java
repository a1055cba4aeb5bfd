package dev.muster.coordinator.rpc;

import dev.muster.v1.ClockProbe;
import dev.muster.v1.ClockReading;
import dev.muster.v1.ClusterServiceGrpc;
import dev.muster.v1.Health;
import dev.muster.v1.Hello;
import dev.muster.v1.Inherited;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.JoinResponse.MessageCase;
import dev.muster.v1.Prepared;
import dev.muster.v1.Snapshot;
import dev.muster.v1.Version;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One stream of a worker that does only what the test says, and remembers all that it hears. */
final class FakeWorker {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final LinkedBlockingQueue<JoinResponse> inbox = new LinkedBlockingQueue<>();
  private final List<JoinResponse> heard = new ArrayList<>();
  private final LinkedBlockingQueue<Status> end = new LinkedBlockingQueue<>();
  private final StreamObserver<JoinRequest> out;
  private boolean left;

  /** A stream on which nothing has been said. */
  FakeWorker(Channel channel) {
    out = ClusterServiceGrpc.newStub(channel).join(new StreamObserver<>() {
      @Override
      public void onNext(JoinResponse message) {
        if (message.hasClockProbe()) {
          say(clock(message.getClockProbe()));
        }
        inbox.add(message);
      }

      @Override
      public void onError(Throwable error) {
        end.add(Status.fromThrowable(error));
      }

      @Override
      public void onCompleted() {
        end.add(Status.OK);
      }
    });
  }

  /** The answer of a worker that has the coordinator's own clock. */
  static JoinRequest clock(ClockProbe probe) {
    long now = probe.getSentUnixNanos();
    return JoinRequest.newBuilder()
        .setClockReading(
            ClockReading.newBuilder()
                .setProbeSentUnixNanos(now)
                .setReceivedUnixNanos(now)
                .setRepliedUnixNanos(now))
        .build();
  }

  /** Tests and gRPC's threads speak on one stream. */
  void say(JoinRequest message) {
    synchronized (out) {
      if (!left) {
        out.onNext(message);
      }
    }
  }

  /** A worker that has been welcomed. */
  static FakeWorker joined(Channel channel, String id) throws InterruptedException {
    var worker = new FakeWorker(channel);
    worker.hello(id, 1);
    worker.await(MessageCase.WELCOME);
    return worker;
  }

  /** A worker that has been welcomed, and has said where it sends load. */
  static FakeWorker allowing(Channel channel, String id, String... targets)
      throws InterruptedException {
    var worker = new FakeWorker(channel);
    worker.hello(id, 1, targets);
    worker.await(MessageCase.WELCOME);
    return worker;
  }

  /** A worker that has been welcomed, whose machine ends by itself unless it is told to stay. */
  static FakeWorker leased(Channel channel, String id) throws InterruptedException {
    var worker = new FakeWorker(channel);
    worker.say(
        JoinRequest.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setWorkerId(id)
                    .setProtocolVersion(Version.OURS.protocol())
                    .setLeased(true))
            .build());
    worker.await(MessageCase.WELCOME);
    return worker;
  }

  FakeWorker hello(String id, int protocolVersion, String... targets) {
    return hello(id, new Version("", protocolVersion), targets);
  }

  FakeWorker hello(String id, Version version, String... targets) {
    say(
        JoinRequest.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setWorkerId(id)
                    .setWorkerName("name-of-" + id)
                    .setProtocolVersion(version.protocol())
                    .setProductVersion(version.product())
                    .addAllAllowedTargets(List.of(targets)))
            .build());
    return this;
  }

  /** Waits for Prepare, answers it and returns the run. */
  String prepare() throws InterruptedException {
    String run = await(MessageCase.PREPARE).getPrepare().getRunId();
    prepared(run, "");
    return run;
  }

  void prepared(String run, String problem) {
    say(
        JoinRequest.newBuilder()
            .setPrepared(Prepared.newBuilder().setRunId(run).setProblem(problem))
            .build());
  }

  void health(String run, long sent) {
    say(
        JoinRequest.newBuilder()
            .setHealth(Health.newBuilder().setRunId(run).setSent(sent))
            .build());
  }

  void send(Snapshot.Builder snapshot) {
    say(JoinRequest.newBuilder().setSnapshot(snapshot).build());
  }

  /** Delivers what another has measured, whose process has ended. */
  void inherit(String worker, Snapshot.Builder snapshot) {
    say(
        JoinRequest.newBuilder()
            .setInherited(Inherited.newBuilder().setWorkerId(worker).setSnapshot(snapshot))
            .build());
  }

  void awaitAcknowledged(long sequence) throws InterruptedException {
    await(m -> m.hasAcknowledge() && m.getAcknowledge().getSequence() == sequence);
  }

  JoinResponse await(MessageCase kind) throws InterruptedException {
    return await(message -> message.getMessageCase() == kind);
  }

  /** Waits for the next message of a kind and passes over those before it. */
  JoinResponse await(Predicate<JoinResponse> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      JoinResponse message = inbox.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (message == null) {
        throw new AssertionError("not heard in time, but " + heard);
      }
      heard.add(message);
      if (wanted.test(message)) {
        return message;
      }
    }
  }

  /** Whether a message of this kind has come, as far as they were awaited. */
  boolean hasHeard(MessageCase kind) {
    return heard.stream().anyMatch(message -> message.getMessageCase() == kind);
  }

  Status awaitEnd() throws InterruptedException {
    Status status = end.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (status == null) {
      throw new AssertionError("the stream has not ended in time");
    }
    return status;
  }

  /** Breaks the stream, as a broken network does. */
  void breakLink() {
    synchronized (out) {
      left = true;
      out.onError(Status.CANCELLED.asRuntimeException());
    }
  }

  void leave() {
    synchronized (out) {
      left = true;
      out.onCompleted();
    }
  }
}
