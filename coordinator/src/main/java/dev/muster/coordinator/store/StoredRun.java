package dev.muster.coordinator.store;

import dev.muster.plan.load.LoadSize;
import dev.muster.v1.RunState;

/**
 * A run as the store knows it.
 *
 * @param id unique in the store: the experiment's, a slash, and the number of users, or the rate
 * @param experiment the experiment's id
 * @param index counted from 0
 * @param name such as {@code three_tier_50}
 * @param size how large its load is
 * @param state where it is
 * @param submittedUnixNanos when its experiment was submitted
 * @param startUnixNanos its start instant; 0 before that is agreed
 * @param stoppedUnixNanos when somebody stopped it; 0 if nobody did
 */
public record StoredRun(
    String id,
    String experiment,
    int index,
    String name,
    LoadSize size,
    RunState state,
    long submittedUnixNanos,
    long startUnixNanos,
    long stoppedUnixNanos) {

  /** The experiment that a run of this id, or the experiment of this id, is. */
  public static String experimentOf(String id) {
    int slash = id.lastIndexOf('/');
    return slash < 0 ? id : id.substring(0, slash);
  }
}
