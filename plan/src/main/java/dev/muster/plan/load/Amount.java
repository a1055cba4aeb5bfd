package dev.muster.plan.load;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** A number of users, given as such or as a part of all. */
public sealed interface Amount {

  /** A plain number; not negative. */
  record Count(int users) implements Amount {}

  /** A part of all users, in percent; not negative. Exact, so that ten times 10 % is all. */
  record Percent(BigDecimal percent) implements Amount {}

  /**
   * {@code times} times this amount of {@code all} users, rounded up (a load begins at once), at most
   * {@code all}.
   */
  default int of(int all, int times) {
    BigDecimal exact = switch (this) {
      case Count count -> BigDecimal.valueOf(count.users());
      case Percent part -> part.percent().multiply(BigDecimal.valueOf(all)).movePointLeft(2);
    };
    return exact.multiply(BigDecimal.valueOf(times))
        .setScale(0, RoundingMode.CEILING)
        .min(BigDecimal.valueOf(all))
        .intValueExact();
  }
}
