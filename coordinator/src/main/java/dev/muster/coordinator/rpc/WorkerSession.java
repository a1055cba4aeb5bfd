package dev.muster.coordinator.rpc;

import dev.muster.coordinator.run.ClockEstimate;
import dev.muster.coordinator.run.RunMessages;
import dev.muster.plan.target.AllowedTargets;
import dev.muster.v1.ClockReading;
import dev.muster.v1.Hello;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.Notice;
import dev.muster.v1.PartInRun;
import dev.muster.v1.WorkerInfo;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A worker that has joined, over the stream that it has now. For the coordinator's thread. */
final class WorkerSession {

  private final Hello hello;
  private final ServerCallStreamObserver<JoinResponse> out;
  private final Intake intake;
  private final Optional<AllowedTargets> targets;
  private ClockEstimate clock = ClockEstimate.NONE;
  private Runnable toStart = () -> {};
  private @Nullable Notice notice;
  private boolean leaving;
  private boolean ended;

  /**
   * @param out has a handler for its cancellation, so that sending to a broken one does no harm
   * @param intake asks {@code out} for messages
   */
  WorkerSession(Hello hello, ServerCallStreamObserver<JoinResponse> out, Intake intake) {
    this.hello = hello;
    this.out = out;
    this.intake = intake;
    // Read once, on gRPC's thread.
    this.targets = targets(hello);
  }

  private static Optional<AllowedTargets> targets(Hello hello) {
    try {
      return hello.getAllowedTargetsCount() == 0
          ? Optional.empty()
          : Optional.of(AllowedTargets.of(hello.getAllowedTargetsList()));
    } catch (IllegalArgumentException e) {
      // It refuses by itself what it does not allow.
      return Optional.empty();
    }
  }

  /** Where the worker sends load at most; empty where it does not say, or not in our words. */
  Optional<AllowedTargets> targets() {
    return targets;
  }

  String id() {
    return hello.getWorkerId();
  }

  String name() {
    return hello.getWorkerName().isEmpty() ? id() : hello.getWorkerName();
  }

  /** The newest assignment of a run that it had acted on when it joined; 0 for none. */
  long epochAtJoin(String run) {
    return hello.getPartsList()
        .stream()
        .filter(part -> part.getRunId().equals(run))
        .mapToLong(PartInRun::getEpoch)
        .findFirst()
        .orElse(0);
  }

  void send(JoinResponse message) {
    if (!ended && !out.isCancelled()) {
      out.onNext(message);
    }
  }

  /** A message of its stream has been dealt with: the next may come. */
  void handled() {
    intake.handled();
  }

  /** Asks for the worker's clock. */
  void probeClock() {
    send(Messages.clockProbe(UnixTime.nanos()));
  }

  /**
   * Tells the start instant of a run, by the worker's clock; as soon as that has been read, if it has not
   * yet.
   *
   * @param unixNanos by our clock
   */
  void start(String run, long unixNanos) {
    if (clock.equals(ClockEstimate.NONE)) {
      toStart = () -> start(run, unixNanos);
    } else {
      send(RunMessages.start(run, unixNanos + clock.offsetNanos()));
    }
  }

  /** Takes over what is known from an earlier stream. */
  void expectClock(ClockEstimate known) {
    clock = known;
  }

  ClockEstimate clock() {
    return clock;
  }

  void read(ClockReading reading, long returnedUnixNanos) {
    clock = clock.with(
        reading.getProbeSentUnixNanos(), reading.getReceivedUnixNanos(),
        reading.getRepliedUnixNanos(), returnedUnixNanos);
    if (!clock.equals(ClockEstimate.NONE)) {
      Runnable start = toStart;
      toStart = () -> {};
      start.run();
    }
  }

  /** Whether its machine ends by itself unless it is told to stay. */
  boolean isLeased() {
    return hello.getLeased();
  }

  /** Its machine will be taken from it, as the worker's clock has it. */
  void noticed(Notice notice) {
    this.notice = notice;
  }

  /** What is known of that, as {@link WorkerInfo} tells it: by our clock, -1 or 0. */
  long takenUnixNanos() {
    if (notice == null) {
      return 0;
    }
    long taken = notice.getTakenUnixNanos();
    return taken == 0 ? -1 : taken - clock.offsetNanos();
  }

  /** Its worker wants to leave: it is to have no part in later runs. */
  void leaves() {
    leaving = true;
  }

  boolean isLeaving() {
    return leaving;
  }

  /** Ends the stream; {@link Status#OK} when the worker has ended its side. */
  void end(Status status) {
    if (ended || out.isCancelled()) {
      return;
    }
    ended = true;
    if (status.isOk()) {
      out.onCompleted();
    } else {
      out.onError(status.asRuntimeException());
    }
  }
}
