package dev.muster.coordinator.bill;

import java.math.BigDecimal;

/**
 * What something costs. A price that is not known is never taken for 0: the sum says that it is not all.
 *
 * @param usd what is known of it, in US dollars
 * @param incomplete whether there is more to it, whose price is not known
 */
public record Cost(BigDecimal usd, boolean incomplete) {

  /** Of nothing. */
  public static final Cost NONE = new Cost(BigDecimal.ZERO, false);

  /** Of something whose price is not known. */
  static final Cost UNKNOWN = new Cost(BigDecimal.ZERO, true);

  /** Both together. */
  public Cost plus(Cost other) {
    return new Cost(usd.add(other.usd), incomplete || other.incomplete);
  }
}
