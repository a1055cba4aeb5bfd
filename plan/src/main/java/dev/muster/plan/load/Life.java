package dev.muster.plan.load;

/**
 * A time in which a user runs: it starts its first iteration at {@code startNanos} and no request of
 * it is due at {@code stopNanos} or later. Both in nanoseconds since the start instant.
 *
 * @param startNanos not negative
 * @param stopNanos above {@code startNanos}
 */
public record Life(long startNanos, long stopNanos) {

  public Life {
    if (startNanos < 0 || stopNanos <= startNanos) {
      throw new IllegalArgumentException("a life from " + startNanos + " to " + stopNanos);
    }
  }

  /** The length in nanoseconds. */
  public long nanos() {
    return stopNanos - startNanos;
  }
}
