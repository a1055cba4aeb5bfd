package dev.muster.coordinator.run;

/**
 * What is known of a worker's clock: how far it is ahead of ours, from readings that each took a round
 * trip. The reading with the shortest trip is the best, as the truth lies within half of it (RFC 5905,
 * section 8).
 *
 * @param offsetNanos to be added to our time to get the worker's
 * @param roundTripNanos of the best reading; the offset is wrong by at most half of it
 */
public record ClockEstimate(long offsetNanos, long roundTripNanos) {

  /** Nothing is known: the clocks are taken to agree. */
  public static final ClockEstimate NONE = new ClockEstimate(0, Long.MAX_VALUE);

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
    long offset = ((received - sent) + (replied - returned)) / 2;
    return trip <= roundTripNanos ? new ClockEstimate(offset, Math.max(0, trip)) : this;
  }
}
