package dev.muster.coordinator.run;

/**
 * What is known of a worker's clock: how far it is ahead of ours, from readings that each took a round
 * trip. The reading with the shortest trip is the best, as the truth lies within half of it (RFC 5905,
 * section 8). Clocks drift apart, so a reading loses worth with time: an old one gives way to a new one
 * with a trip longer by no more than the drift since.
 *
 * @param offsetNanos to be added to our time to get the worker's
 * @param roundTripNanos of the best reading; the offset was wrong by at most half of it then
 * @param readNanos when that reading came back, by our clock
 */
public record ClockEstimate(long offsetNanos, long roundTripNanos, long readNanos) {

  /** Nothing is known: the clocks are taken to agree. */
  public static final ClockEstimate NONE = new ClockEstimate(0, Long.MAX_VALUE, 0);

  /** Two clocks at the edge of what quartz allows, 50 millionths each, in opposite directions. */
  private static final long DRIFT_ONE_IN = 10_000;

  /**
   * The better of this estimate and a new reading.
   *
   * @param sent when we sent the probe, by our clock
   * @param received when the worker had it, by its clock
   * @param replied when the worker replied, by its clock
   * @param returned when we had the reply, by our clock
   */
  public ClockEstimate with(long sent, long received, long replied, long returned) {
    long trip = (returned - sent) - (replied - received);
    if (trip < 0 || replied < received) {
      return this; // a clock was set meanwhile: such a reading tells nothing
    }
    long offset = Math.floorDiv((received - sent) + (replied - returned), 2);
    // The error is half of the trip, the drift counts whole.
    long drift = 2 * Math.max(0, (returned - readNanos) / DRIFT_ONE_IN);
    return this.equals(NONE) || trip - drift <= roundTripNanos
        ? new ClockEstimate(offset, trip, returned)
        : this;
  }
}
