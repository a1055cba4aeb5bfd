package dev.muster.plan.load;

import java.math.BigInteger;

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

  /**
   * When number {@code index}, counted from 0, is due after the first, in nanoseconds.
   *
   * @throws ArithmeticException if that is more than 292 years
   */
  public long nanosUntil(long index) {
    // In 128 bits where 64 are too few: ramps of many users over hours.
    if (Math.multiplyHigh(index, perNanos) == 0 && index * perNanos >= 0) {
      return index * perNanos / count;
    }
    return BigInteger.valueOf(index)
        .multiply(BigInteger.valueOf(perNanos))
        .divide(BigInteger.valueOf(count))
        .longValueExact();
  }
}
