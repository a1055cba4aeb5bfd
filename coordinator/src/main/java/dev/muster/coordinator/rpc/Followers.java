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
  private @Nullable FollowResponse latest;
  private @Nullable FollowResponse ended;

  /** Lets somebody follow from the present state on. */
  void add(Follower follower) {
    followers.removeIf(Follower::hasGone);
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
    if (!event.hasProgress()) {
      latest = event;
    }
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
