package dev.muster.plan.load;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Locale;

/**
 * How large the load of a run is: what tells it from the other runs of its experiment. Those of the
 * closed model come first, each kind from small to large.
 */
public sealed interface LoadSize extends Comparable<LoadSize> {

  /** In the closed model, the most users; at least 1. */
  record Users(int count) implements LoadSize {

    public Users {
      if (count < 1) {
        throw new IllegalArgumentException("a load of " + count + " users");
      }
    }
  }

  /** In the open model, the arrivals per second; positive. */
  record ArrivalRate(BigDecimal perSecond) implements LoadSize {

    public ArrivalRate {
      if (perSecond.signum() <= 0) {
        throw new IllegalArgumentException("a load of " + perSecond + " arrivals per second");
      }
      // One number is one size, however it is written.
      perSecond = perSecond.stripTrailingZeros();
      perSecond = perSecond.setScale(Math.max(0, perSecond.scale()));
    }

    /** That of {@code rate}. */
    public static ArrivalRate of(Rate rate) {
      return new ArrivalRate(rate.perSecond());
    }
  }

  /**
   * The size that a store or the wire has as these two.
   *
   * @param users at least 1 in the closed model
   * @param rate arrivals per second, as a decimal number; empty in the closed model
   */
  static LoadSize of(int users, String rate) {
    return rate.isEmpty() ? new Users(users) : new ArrivalRate(new BigDecimal(rate));
  }

  /** The users for a store or the wire; 0 in the open model. */
  default int users() {
    return switch (this) {
      case Users(int count) -> count;
      case ArrivalRate _ -> 0;
    };
  }

  /** The rate for a store or the wire; empty in the closed model. */
  default String rate() {
    return switch (this) {
      case Users _ -> "";
      case ArrivalRate _ -> text();
    };
  }

  /** As the name of a run has it, after the plan's: {@code 50}, or {@code 5000}. */
  default String text() {
    return number().toPlainString();
  }

  /** As people read it: {@code 1 user}, {@code 1,500 users}, or {@code 5,000/s}. */
  default String label() {
    return switch (this) {
      case Users(int count) ->
        String.format(Locale.ROOT, "%,d user%s", count, count == 1 ? "" : "s");
      case ArrivalRate(BigDecimal perSecond) ->
        String.format(Locale.ROOT, "%,." + perSecond.scale() + "f/s", perSecond);
    };
  }

  /** The word for what is counted: {@code users}, or {@code rate}. */
  default String word() {
    return switch (this) {
      case Users _ -> "users";
      case ArrivalRate _ -> "rate";
    };
  }

  /** The number alone: of users, or per second. */
  default BigDecimal number() {
    return switch (this) {
      case Users(int count) -> BigDecimal.valueOf(count);
      case ArrivalRate(BigDecimal perSecond) -> perSecond;
    };
  }

  @Override
  default int compareTo(LoadSize other) {
    return Comparator.comparing(LoadSize::word)
        .reversed()
        .thenComparing(LoadSize::number)
        .compare(this, other);
  }
}
