package dev.muster.coordinator.merge;

/**
 * Ticks on end in which one thing disturbed the measuring of one worker. The times that it measured in
 * them may hold its own delay.
 *
 * @param worker its name
 * @param firstTick the first of them, counted from 0
 * @param lastTick the last of them
 * @param longestMs of the longest stall, pause or lag; for {@link Cause#CPU} and {@link Cause#STEAL}
 *     of the most in a second; for {@link Cause#ABSENT} all these seconds
 * @param totalMs of all stalls of 20 ms or more, pauses and lags of these ticks together; for {@link
 *     Cause#CPU} and {@link Cause#STEAL} of all these seconds
 */
public record Disturbance(
    String worker,
    Cause cause,
    long firstTick,
    long lastTick,
    double longestMs,
    double totalMs) {

  /** What disturbed it. */
  public enum Cause {
    /** An event loop wanted a whole core. */
    CPU,
    /** The hypervisor gave the machine's cores to others. */
    STEAL,
    /** The process stood still to collect garbage. */
    GC,
    /** The process or an event loop stood still for another reason. */
    STALL,
    /** Requests left late, though nothing stood still for long. */
    LAG,
    /**
     * The coordinator had lost touch with the worker: its lanes may have been nobody's, and then those of
     * two.
     */
    ABSENT
  }

  /** How many ticks. */
  public long ticks() {
    return lastTick - firstTick + 1;
  }

  /** This one, and the same again in the tick after it. */
  Disturbance andNext(double longest, double total) {
    return new Disturbance(
        worker, cause, firstTick, lastTick + 1, Math.max(longestMs, longest), totalMs + total);
  }
}
