package dev.muster.coordinator.rpc;

import dev.muster.coordinator.run.ClockEstimate;
import dev.muster.v1.ClockProbe;
import dev.muster.v1.ClockReading;
import dev.muster.v1.Hello;
import dev.muster.v1.JoinResponse;
import io.grpc.stub.StreamObserver;

/** A worker that has joined, over the stream that it has now. For the coordinator's thread. */
final class WorkerSession {

  private final Hello hello;
  private final StreamObserver<JoinResponse> out;
  private ClockEstimate clock = ClockEstimate.NONE;

  WorkerSession(Hello hello, StreamObserver<JoinResponse> out) {
    this.hello = hello;
    this.out = out;
  }

  String id() {
    return hello.getWorkerId();
  }

  String name() {
    return hello.getWorkerName();
  }

  void send(JoinResponse message) {
    out.onNext(message);
  }

  /** Asks for the worker's clock. */
  void probeClock() {
    send(
        JoinResponse.newBuilder()
            .setClockProbe(ClockProbe.newBuilder().setSentUnixNanos(UnixTime.nanos()))
            .build());
  }

  void read(ClockReading reading, long returnedUnixNanos) {
    clock = clock.with(
        reading.getProbeSentUnixNanos(), reading.getReceivedUnixNanos(),
        reading.getRepliedUnixNanos(), returnedUnixNanos);
  }

  /** Our time, in nanoseconds since 1970-01-01T00:00Z, on this worker's clock. */
  long onItsClock(long unixNanos) {
    return unixNanos + clock.offsetNanos();
  }

  /** Ends the stream. */
  void close() {
    out.onCompleted();
  }
}
