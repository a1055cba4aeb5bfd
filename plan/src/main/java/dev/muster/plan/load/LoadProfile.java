package dev.muster.plan.load;

/**
 * When the load of a run is due. A pure function of the plan: every worker computes the same one and
 * takes from it the lanes that it owns, so the load needs no steering while it runs.
 */
public sealed interface LoadProfile permits UserProfile, ArrivalProfile {

  /** The number of lanes, which are numbered from 0 to one below it. */
  int lanes();

  /** The length of the load, in nanoseconds. */
  long durationNanos();
}
