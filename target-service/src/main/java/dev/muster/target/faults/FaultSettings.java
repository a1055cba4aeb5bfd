package dev.muster.target.faults;

import dev.muster.target.faults.Faults.Delay;
import dev.muster.target.faults.Faults.Freeze;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Faults as a person writes them. Reading what was written gives the same faults again. */
final class FaultSettings {
  private static final String DELAY = "delay";
  private static final String FAIL = "fail";
  private static final String FREEZE = "freeze";
  private static final String CLOSE_EARLY = "close-early";
  private static final String GARBAGE = "garbage";
  private static final String SLOW_BODY = "slow-body";
  private static final String CAPACITY = "capacity";
  private static final List<String> ALL = List.of(
      DELAY, FAIL, FREEZE, CLOSE_EARLY, GARBAGE, SLOW_BODY, CAPACITY);

  private static final String A_DELAY = "a time such as 27ms, 27ms±5ms or 22ms..32ms";
  private static final String A_SHARE = "a share of 0% … 100%, such as 1% or 0.5%";
  private static final String A_FREEZE = "a time and a longer one, such as 1s/5s";
  private static final String A_CAPACITY = "a whole number of 0 … 999999999, such as 4";
  private static final int MAX_DIGITS = 9;
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private FaultSettings() {}

  static Faults read(Map<String, String> settings) {
    for (String name : settings.keySet()) {
      if (!ALL.contains(name)) {
        throw new FaultSyntaxException("there is no fault named \"" + name + "\"; there are "
            + String.join(", ", ALL));
      }
    }
    double fail = share(FAIL, settings.getOrDefault(FAIL, "0%"));
    double closeEarly = share(CLOSE_EARLY, orAll(settings.getOrDefault(CLOSE_EARLY, "0%")));
    double garbage = share(GARBAGE, orAll(settings.getOrDefault(GARBAGE, "0%")));
    try {
      return new Faults(
          given(settings, DELAY).flatMap(FaultSettings::delay),
          fail,
          given(settings, FREEZE).flatMap(FaultSettings::freeze),
          closeEarly,
          garbage,
          given(settings, SLOW_BODY).map(text -> text.isEmpty() ? "1s" : text)
              .map(text -> FaultTime.read(SLOW_BODY, FaultTime.EXPECTED, text, text))
              .filter(Duration::isPositive),
          given(settings, CAPACITY).map(FaultSettings::capacity).orElse(0));
    } catch (IllegalArgumentException e) {
      // All else was checked one by one.
      throw new FaultSyntaxException("fail, close-early and garbage must be at most 100% together"
          + " (was " + percent(fail) + ", " + percent(closeEarly) + " and " + percent(garbage)
          + ")");
    }
  }

  static SequencedMap<String, String> of(Faults faults) {
    var settings = new LinkedHashMap<String, String>();
    faults.delay()
        .ifPresent(delay -> settings.put(DELAY, FaultTime.text(delay.mean())
            + (delay.spread().isZero() ? "" : "±" + FaultTime.text(delay.spread()))));
    putShare(settings, FAIL, faults.fail());
    faults.freeze()
        .ifPresent(freeze -> settings.put(FREEZE,
            FaultTime.text(freeze.length()) + "/" + FaultTime.text(freeze.period())));
    putShare(settings, CLOSE_EARLY, faults.closeEarly());
    putShare(settings, GARBAGE, faults.garbage());
    faults.slowBody().ifPresent(time -> settings.put(SLOW_BODY, FaultTime.text(time)));
    if (faults.capacity() > 0) {
      settings.put(CAPACITY, Integer.toString(faults.capacity()));
    }
    return settings;
  }

  private static Optional<String> given(Map<String, String> settings, String name) {
    return Optional.ofNullable(settings.get(name));
  }

  private static Optional<Delay> delay(String text) {
    int range = text.indexOf("..");
    if (range >= 0) {
      Duration shortest = FaultTime.read(DELAY, A_DELAY, text.substring(0, range), text);
      Duration longest = FaultTime.read(DELAY, A_DELAY, text.substring(range + 2), text);
      if (shortest.compareTo(longest) > 0) {
        throw FaultSyntaxException.of(DELAY, "a range from the shorter to the longer time", text);
      }
      Duration half = longest.minus(shortest).dividedBy(2);
      return delay(shortest.plus(half), half);
    }
    String[] parts = text.replace("+-", "±").split("±", -1);
    if (parts.length > 2) {
      throw FaultSyntaxException.of(DELAY, A_DELAY, text);
    }
    Duration mean = FaultTime.read(DELAY, A_DELAY, parts[0], text);
    Duration spread = parts.length == 1
        ? Duration.ZERO
        : FaultTime.read(DELAY, A_DELAY, parts[1], text);
    if (spread.compareTo(mean) > 0) {
      throw FaultSyntaxException.of(DELAY, "a time with a spread that is not longer", text);
    }
    return delay(mean, spread);
  }

  private static Optional<Delay> delay(Duration mean, Duration spread) {
    return mean.isZero() ? Optional.empty() : Optional.of(new Delay(mean, spread));
  }

  private static Optional<Freeze> freeze(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 2) {
      throw FaultSyntaxException.of(FREEZE, A_FREEZE, text);
    }
    Duration length = FaultTime.read(FREEZE, A_FREEZE, parts[0], text);
    Duration period = FaultTime.read(FREEZE, A_FREEZE, parts[1], text);
    if (length.compareTo(period) >= 0) {
      throw FaultSyntaxException.of(FREEZE, A_FREEZE, text);
    }
    return length.isZero() ? Optional.empty() : Optional.of(new Freeze(length, period));
  }

  private static String orAll(String text) {
    return text.isEmpty() ? "100%" : text;
  }

  private static double share(String name, String text) {
    if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,40})?%")) {
      throw FaultSyntaxException.of(name, A_SHARE, text);
    }
    double share = new BigDecimal(text.substring(0, text.length() - 1)).movePointLeft(2)
        .doubleValue();
    if (share > 1) {
      throw FaultSyntaxException.of(name, A_SHARE, text);
    }
    return share;
  }

  private static void putShare(Map<String, String> settings, String name, double share) {
    if (share > 0) {
      settings.put(name, percent(share));
    }
  }

  private static String percent(double share) {
    return new BigDecimal(Double.toString(share)).multiply(HUNDRED)
        .stripTrailingZeros()
        .toPlainString() + "%";
  }

  private static int capacity(String text) {
    if (!text.matches("[0-9]{1," + MAX_DIGITS + "}")) {
      throw FaultSyntaxException.of(CAPACITY, A_CAPACITY, text);
    }
    return Integer.parseInt(text);
  }
}
