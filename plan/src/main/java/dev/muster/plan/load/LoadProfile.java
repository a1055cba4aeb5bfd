package dev.muster.plan.load;

import java.util.List;

/**
 * Which user runs when. A pure function of the plan: every worker computes the same one and takes
 * from it the users that it owns, so the load needs no steering while it runs.
 */
public sealed interface LoadProfile permits SpawnProfile, StagedProfile {

  /** The number of lanes; users are numbered from 0 to one below it. */
  int users();

  /** The length of the load, in nanoseconds. */
  long durationNanos();

  /**
   * The times in which a user runs, in order, apart from one another. Empty when its start would
   * fall at the end of the load or later.
   *
   * @param user from 0 to {@code users() - 1}
   */
  List<Life> lives(int user);

  /** The number of users running at an instant, in nanoseconds since the start instant. */
  int usersAt(long nanos);
}
