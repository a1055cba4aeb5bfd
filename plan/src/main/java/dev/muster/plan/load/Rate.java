package dev.muster.plan.load;

/**
 * So many in a time, kept as two integers so that nothing is rounded before it must be.
 *
 * @param count positive
 * @param perNanos positive
 */
public record Rate(long count, long perNanos) {

  public Rate {
    if (count < 1 || perNanos < 1) {
      throw new IllegalArgumentException("a rate is positive");
    }
  }

  /** When number {@code index}, counted from 0, is due after the first, in nanoseconds. */
  public long nanosUntil(long index) {
    // Split, because index * perNanos overflows for long lists of slow rates.
    return Math.addExact(
        Math.multiplyExact(index / count, perNanos), (index % count) * perNanos / count);
  }
}
