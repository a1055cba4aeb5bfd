package dev.muster.coordinator.rpc;

import dev.muster.trust.Holder;
import dev.muster.v1.FollowResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who follows an experiment. One who reads too slowly misses progress, never the rest; one
 * who has gone misses all and hurts nobody. For the coordinator's thread.
 */
final class Follower {

  private final ServerCallStreamObserver<FollowResponse> out;
  private final @Nullable Caller caller;
  private boolean ended;

  /**
   * @param out has a handler for its cancellation, so that telling one who has gone does no harm
   * @param caller who it is, where calls need a certificate
   */
  Follower(ServerCallStreamObserver<FollowResponse> out, @Nullable Caller caller) {
    this.out = out;
    this.caller = caller;
  }

  /** Whether it is {@code holder}. From any thread. */
  boolean is(Holder holder) {
    return caller != null && caller.holder().equals(holder);
  }

  boolean hasGone() {
    return ended || out.isCancelled();
  }

  void tell(FollowResponse event) {
    if (!hasGone() && (out.isReady() || !event.hasProgress())) {
      out.onNext(event);
    }
  }

  void end() {
    if (!hasGone()) {
      ended = true;
      out.onCompleted();
    }
  }

  /** It is not to be told any more. */
  void refuse(Status why) {
    if (!hasGone()) {
      ended = true;
      out.onError(why.asRuntimeException());
    }
  }
}
