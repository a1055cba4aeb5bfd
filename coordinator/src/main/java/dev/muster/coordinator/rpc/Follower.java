package dev.muster.coordinator.rpc;

import dev.muster.v1.FollowResponse;
import io.grpc.stub.ServerCallStreamObserver;

/**
 * Somebody who follows an experiment. One who reads too slowly misses progress, never the rest. For the
 * coordinator's thread.
 */
final class Follower {

  private final ServerCallStreamObserver<FollowResponse> out;

  Follower(ServerCallStreamObserver<FollowResponse> out) {
    this.out = out;
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
