package dev.muster.coordinator.rpc;

import dev.muster.coordinator.Bounds;
import dev.muster.coordinator.merge.CheckedSnapshot;
import dev.muster.coordinator.merge.SnapshotCheck;
import dev.muster.trust.Holder;
import dev.muster.v1.ClusterServiceGrpc;
import dev.muster.v1.Hello;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.Version;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Workers' streams, translated into what the coordinator's thread understands. */
final class ClusterEndpoint extends ClusterServiceGrpc.ClusterServiceImplBase {

  /** They stand in lists, logs and results; the rest of Hello is for nobody's eyes. */
  static final int LONGEST_NAME = 200;

  private final CoordinatorLoop loop;
  private final IdHolders holders;
  private final WaitingBytes waiting;

  /** The streams of those who have certificates, to be ended when these are revoked. */
  private final Map<StreamObserver<JoinResponse>, Joined> open = new ConcurrentHashMap<>();

  /** Who has joined over a stream. */
  private record Joined(Caller caller, WorkerSession session) {}

  ClusterEndpoint(CoordinatorLoop loop, Bounds bounds) {
    this.loop = loop;
    this.holders = new IdHolders(bounds.workers());
    this.waiting = new WaitingBytes(bounds.waitingBytes());
  }

  @Override
  public StreamObserver<JoinRequest> join(StreamObserver<JoinResponse> responses) {
    var out = (ServerCallStreamObserver<JoinResponse>) responses;
    Caller caller = Caller.present();
    // With a handler, sending to a stream that broke is no exception; onError tells of it.
    out.setOnCancelHandler(() -> {});
    if (caller != null) {
      out.setOnCloseHandler(() -> forget(out));
    }
    var intake = new Intake(out, waiting);
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
        Status problem = problemOf(message, caller);
        if (problem != null) {
          refused = true;
          out.onError(problem.asRuntimeException());
          return;
        }
        WorkerSession fresh = new WorkerSession(named(message.getHello(), caller), out, intake);
        session = fresh;
        intake.came(message.getSerializedSize());
        if (caller != null) {
          open.put(out, new Joined(caller, fresh));
        }
        loop.execute(() -> {
          // It may have been revoked since its call was let in; after this it is among those to be ended.
          if (caller != null && caller.isRevoked()) {
            loop.left(fresh, Caller.REVOKED);
          } else {
            loop.roomFor(fresh)
                .ifPresentOrElse(full -> loop.left(fresh, full), () -> loop.joined(fresh));
          }
          fresh.handled();
        });
      }

      // Read through here, so that nothing on the coordinator's thread has to look for errors in it.
      private void pass(WorkerSession from, JoinRequest message, long now) {
        intake.came(message.getSerializedSize());
        if (!message.hasSnapshot() && !message.hasInherited()) {
          loop.said(from, message, now);
          return;
        }
        CheckedSnapshot snapshot;
        try {
          snapshot = SnapshotCheck.checked(
              message.hasSnapshot()
                  ? message.getSnapshot()
                  : message.getInherited().getSnapshot());
        } catch (IllegalArgumentException e) {
          refused = true;
          loop.execute(() -> {
            loop.refuse(from, String.valueOf(e.getMessage()));
            from.handled();
          });
          return;
        }
        loop.delivered(
            from, message.hasSnapshot() ? from.id() : message.getInherited().getWorkerId(),
            snapshot);
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
          forget(out);
          loop.execute(() -> loop.left(known, Status.OK));
        }
      }
    };
  }

  private void forget(StreamObserver<JoinResponse> stream) {
    Joined joined = open.remove(stream);
    if (joined != null) {
      holders.release(joined.session().id());
    }
  }

  /**
   * Ends the streams of {@code holder}, as soon as the coordinator's thread comes to it. From any thread.
   *
   * @return how many there were
   */
  int end(Holder holder) {
    List<WorkerSession> theirs = open.values()
        .stream()
        .filter(each -> each.caller().holder().equals(holder))
        .map(Joined::session)
        .toList();
    theirs.forEach(session -> loop.execute(() -> loop.left(session, Caller.REVOKED)));
    return theirs.size();
  }

  /** Under the name in its certificate, so that nobody can pass for another in lists and results. */
  private static Hello named(Hello hello, @Nullable Caller caller) {
    if (caller == null || caller.holder().name().equals(hello.getWorkerName())) {
      return hello;
    }
    return hello.toBuilder()
        .setWorkerName(caller.holder().name() + "/" + hello.getWorkerName())
        .build();
  }

  private @Nullable Status problemOf(JoinRequest message, @Nullable Caller caller) {
    if (!message.hasHello() || message.getHello().getWorkerId().isEmpty()) {
      return Status.INVALID_ARGUMENT
          .withDescription("the first message must be Hello, with the id of a worker");
    }
    Hello hello = message.getHello();
    var theirs = new Version(hello.getProductVersion(), hello.getProtocolVersion());
    if (!theirs.understands(Version.OURS)) {
      return Status.FAILED_PRECONDITION.withDescription(theirs.cannotJoin(Version.OURS));
    }
    if (Math.max(hello.getWorkerId().length(), hello.getWorkerName().length()) > LONGEST_NAME) {
      return Status.INVALID_ARGUMENT.withDescription(
          "a worker's name has at most " + LONGEST_NAME + " characters, and so has its id; choose "
              + "a shorter one with --name");
    }
    if (caller != null && !holders.claim(hello.getWorkerId(), caller.holder())) {
      return Status.PERMISSION_DENIED.withDescription(
          "this worker goes by the id of another, whose certificate it does not have");
    }
    return null;
  }
}
