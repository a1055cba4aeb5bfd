package dev.muster.coordinator.bill;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Amounts, for people. */
public final class Dollars {

  private static final BigDecimal TEN_CENTS = new BigDecimal("0.10");

  private Dollars() {}

  /** To the cent, and below ten cents to a hundredth of one: {@code 5.00 USD}, {@code 0.0363 USD}. */
  public static String text(BigDecimal usd) {
    boolean few = usd.signum() != 0 && usd.compareTo(TEN_CENTS) < 0;
    return usd.setScale(few ? 4 : 2, RoundingMode.HALF_UP).toPlainString() + " USD";
  }
}
