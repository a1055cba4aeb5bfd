package dev.muster.plan.load;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * So many in a time, kept as two integers so that nothing is rounded before it must be.
 *
 * @param count positive
 * @param perNanos positive
 */
public record Rate(long count, long perNanos) {

  private static final BigDecimal SECOND_NANOS = BigDecimal.valueOf(1_000_000_000);

  /** More than anyone tells two rates apart by. */
  private static final MathContext DIGITS = new MathContext(9);

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
    // Every count-th is due after whole times; what is left then stays small, however far the index.
    long whole = Math.multiplyExact(index / count, perNanos);
    long rest = index % count;
    // In 128 bits where 64 are too few: ramps of many users over hours.
    if (Math.multiplyHigh(rest, perNanos) == 0 && rest * perNanos >= 0) {
      return Math.addExact(whole, rest * perNanos / count);
    }
    return Math.addExact(whole, BigInteger.valueOf(rest)
        .multiply(BigInteger.valueOf(perNanos))
        .divide(BigInteger.valueOf(count))
        .longValueExact());
  }

  /**
   * How many are due before an instant when the first is due at 0: the least index of which {@link
   * #nanosUntil} is not before it; {@link Long#MAX_VALUE} for more.
   *
   * @param nanos not negative
   */
  public long countBefore(long nanos) {
    return BigInteger.valueOf(nanos)
        .multiply(BigInteger.valueOf(count))
        .add(BigInteger.valueOf(perNanos - 1))
        .divide(BigInteger.valueOf(perNanos))
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValueExact();
  }

  /** How many in a second, in nine significant digits. */
  public BigDecimal perSecond() {
    return BigDecimal.valueOf(count)
        .multiply(SECOND_NANOS)
        .divide(BigDecimal.valueOf(perNanos), DIGITS);
  }
}
