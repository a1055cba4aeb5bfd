package dev.muster.coordinator.rpc;

import dev.muster.v1.FollowResponse;
import io.grpc.stub.ServerCallStreamObserver;

/**
 * Somebody who follows an experiment. One who reads too slowly misses progress, never the rest; one
 * who has gone misses all and hurts nobody. For the coordinator's thread.
 */
final class Follower {

  private final ServerCallStreamObserver<FollowResponse> out;

  /** @param out has a handler for its cancellation, so that telling one who has gone does no harm */
  Follower(ServerCallStreamObserver<FollowResponse> out) {
    this.out = out;
  }

  boolean hasGone() {
    return out.isCancelled();
  }

  void tell(FollowResponse event) {
    if (!out.isCancelled() && (out.isReady() || !event.hasProgress())) {
      out.onNext(event);
    }
  }

  void end() {
    if (!out.isCancelled()) {
      out.onCompleted();
    }
  }
}
