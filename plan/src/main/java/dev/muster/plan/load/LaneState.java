package dev.muster.plan.load;

import org.jspecify.annotations.Nullable;

/**
 * Where a lane stands, so that another worker can go on with it. Instants are nanoseconds since the start
 * instant.
 *
 * @param lane its number
 * @param iteration in the closed model the user's iteration to go on with, counted from 0; not used in
 *     the open one, where instants alone tell which arrival comes next
 * @param dueNanos in the closed model when the user's next request is due; in the open one the instant
 *     from which on arrivals are for who goes on. {@link #UNKNOWN} when nobody can tell any more
 * @param place where the user stands in its iteration; null at the iteration's beginning
 */
public record LaneState(int lane, long iteration, long dueNanos, @Nullable Place place) {

  /** The instant of a lane whose worker was lost. */
  public static final long UNKNOWN = -1;

  /**
   * Within an iteration.
   *
   * @param beganNanos when the iteration was due to begin
   * @param task the index of its task in the scenario
   * @param step the index of the request that comes next among the task's steps
   * @param random the state of the lane's random stream, see {@link LaneRandom#state}
   */
  public record Place(long beganNanos, int task, int step, long random) {}

  public LaneState {
    if (lane < 0 || iteration < 0 || dueNanos < UNKNOWN) {
      throw new IllegalArgumentException("lane " + lane + ", iteration " + iteration);
    }
  }

  /** A lane whose worker was lost, when {@code iteration} is the first that it has not begun. */
  public static LaneState lost(int lane, long iteration) {
    return new LaneState(lane, iteration, UNKNOWN, null);
  }

  /** Whether more has happened in the lane here than there. */
  public boolean isBeyond(LaneState other) {
    return iteration != other.iteration
        ? iteration > other.iteration
        : dueNanos > other.dueNanos;
  }
}
