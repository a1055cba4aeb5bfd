package dev.muster.coordinator.rpc;

import dev.muster.coordinator.report.CsvFormat;
import dev.muster.plan.Plan;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.PlanDocument;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An experiment that was submitted to this process, and who follows it. For the coordinator's thread. */
final class Submission {

  private final String id;
  private final PlanDocument document;
  private final Plan plan;
  private final CsvFormat csvFormat;
  private final int workersWanted;
  private final long waitUntilNanos;
  private final List<Follower> followers = new ArrayList<>();
  private @Nullable FollowResponse latest;
  private @Nullable FollowResponse ended;
  private boolean stopped;

  /** @param waitUntilNanos by {@link System#nanoTime}; {@link Long#MAX_VALUE} for no end */
  Submission(
      String id,
      PlanDocument document,
      Plan plan,
      CsvFormat csvFormat,
      int workersWanted,
      long waitUntilNanos) {
    this.id = id;
    this.document = document;
    this.plan = plan;
    this.csvFormat = csvFormat;
    this.workersWanted = workersWanted;
    this.waitUntilNanos = waitUntilNanos;
  }

  String id() {
    return id;
  }

  PlanDocument document() {
    return document;
  }

  Plan plan() {
    return plan;
  }

  CsvFormat csvFormat() {
    return csvFormat;
  }

  /** How many workers must have joined before a run starts. */
  int workersWanted() {
    return Math.max(1, workersWanted);
  }

  boolean hasWaitedTooLong(long nowNanos) {
    return waitUntilNanos != Long.MAX_VALUE && nowNanos - waitUntilNanos > 0;
  }

  /** Lets somebody follow from the present state on. */
  void follow(Follower follower) {
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

  boolean hasEnded() {
    return ended != null;
  }

  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }
}
