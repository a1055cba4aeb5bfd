package dev.muster.coordinator.rpc;

import dev.muster.v1.FollowResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who follows an experiment, and what one who comes late must be told first. For the coordinator's
 * thread.
 */
final class Followers {

  private final List<Follower> followers = new ArrayList<>();

  /** What one who comes late, or comes back, would else never hear of. */
  private final List<FollowResponse> runsEnded = new ArrayList<>();

  private @Nullable FollowResponse latest;
  private @Nullable FollowResponse ended;

  /** Lets somebody follow from the present state on, and hear of the runs that have ended. */
  void add(Follower follower) {
    followers.removeIf(Follower::hasGone);
    runsEnded.forEach(follower::tell);
    if (latest != null) {
      follower.tell(latest);
    }
    if (ended != null) {
      follower.tell(ended);
      follower.end();
    } else {
      followers.add(follower);
    }
  }

  void tell(FollowResponse event) {
    if (event.hasRunEnded()) {
      runsEnded.add(event);
      latest = null;
    } else if (!event.hasProgress() && !event.hasRunChanged()) {
      latest = event;
    }
    tellInPassing(event);
  }

  /** Tells those who follow now; who comes later need not hear it. */
  void tellInPassing(FollowResponse event) {
    followers.removeIf(Follower::hasGone);
    followers.forEach(follower -> follower.tell(event));
  }

  /** Tells a change of what is waited for, once. */
  void tellOnce(FollowResponse event) {
    if (!event.equals(latest)) {
      tell(event);
    }
  }

  void end(FollowResponse event) {
    ended = event;
    followers.forEach(follower -> {
      follower.tell(event);
      follower.end();
    });
    followers.clear();
  }
}
