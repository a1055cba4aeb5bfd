package dev.muster.coordinator.bill;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * A machine of a worker, which costs by the time that it is there, whatever its worker does. It is counted
 * as EC2 bills Linux instances: by the second, and one minute at least
 * (https://aws.amazon.com/ec2/pricing/on-demand/). Instants are nanoseconds since 1970-01-01T00:00Z.
 *
 * @param worker the name of its worker; on EC2 the instance's id
 * @param fleet what it is billed with
 * @param type what it is, for people
 * @param usdPerHour empty where that is not known
 * @param sinceUnixNanos since when it is there
 * @param endedUnixNanos when it has ended; 0 while it is there, as far as is known
 * @param untilUnixNanos when it ends at the latest; 0 where it does not by itself
 */
public record Machine(
    String worker, String fleet, String type, Optional<BigDecimal> usdPerHour,
    long sinceUnixNanos, long endedUnixNanos, long untilUnixNanos) {

  private static final long SECOND_NANOS = 1_000_000_000;
  private static final long LEAST_SECONDS = 60;
  private static final BigDecimal HOUR_SECONDS = BigDecimal.valueOf(3_600);

  /** Each machine's cost is rounded to so many places, and sums of them are exact. */
  private static final int PLACES = 9;

  /** The same, with that end if it is earlier; 0 is none. */
  Machine endedBy(long earlierUnixNanos) {
    return earlierUnixNanos == 0 || (endedUnixNanos != 0 && endedUnixNanos <= earlierUnixNanos)
        ? this
        : new Machine(
            worker, fleet, type, usdPerHour, sinceUnixNanos, earlierUnixNanos, untilUnixNanos);
  }

  /** Whether it is no longer there, as far as is known. */
  public boolean hasEnded(long nowUnixNanos) {
    return endedUnixNanos != 0 || endUnixNanos() <= nowUnixNanos;
  }

  /** What it has cost until an instant. */
  public Cost costAt(long nowUnixNanos) {
    return ofSeconds(
        Math.max(LEAST_SECONDS, seconds(sinceUnixNanos, Math.min(nowUnixNanos, endUnixNanos()))));
  }

  /** What the time costs that it is there between two instants; without a minimum. */
  public Cost costBetween(long fromUnixNanos, long toUnixNanos) {
    return ofSeconds(
        seconds(
            Math.max(fromUnixNanos, sinceUnixNanos), Math.min(toUnixNanos, endUnixNanos())));
  }

  private long endUnixNanos() {
    return Math.min(
        endedUnixNanos == 0 ? Long.MAX_VALUE : endedUnixNanos,
        untilUnixNanos == 0 ? Long.MAX_VALUE : untilUnixNanos);
  }

  /** A second that has begun counts. */
  private static long seconds(long fromUnixNanos, long toUnixNanos) {
    return Math.max(0, Math.ceilDiv(toUnixNanos - fromUnixNanos, SECOND_NANOS));
  }

  private Cost ofSeconds(long seconds) {
    return usdPerHour
        .map(
            hour -> new Cost(
                hour.multiply(BigDecimal.valueOf(seconds))
                    .divide(HOUR_SECONDS, PLACES, RoundingMode.HALF_UP),
                false))
        .orElse(Cost.UNKNOWN);
  }
}
