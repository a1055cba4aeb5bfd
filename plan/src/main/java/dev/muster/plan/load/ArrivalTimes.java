package dev.muster.plan.load;

/**
 * The arrivals of some lanes in the order of their instants, those of one instant by their numbers.
 * It stands at one arrival and goes on to the next when it is asked to, so that a load of any length
 * takes no more memory than its lanes, and an arrival makes no object. For one thread.
 */
public sealed interface ArrivalTimes
    permits RegularTimes, PoissonTimes, ChangingTimes {

  /**
   * When the arrival is due, in nanoseconds since the start instant; {@link Long#MAX_VALUE} when no
   * other is due before the end of the load.
   */
  long nanos();

  /** The arrival's lane; means nothing when there is none. */
  int lane();

  /** The arrival's place in its lane, counted from 0; means nothing when there is none. */
  long index();

  /** The arrival's number in the run, which no other has; means nothing when there is none. */
  default long number() {
    return lane() + index() * ArrivalProfile.LANES;
  }

  /** Goes on to the next arrival, if there is one. */
  void next();
}
