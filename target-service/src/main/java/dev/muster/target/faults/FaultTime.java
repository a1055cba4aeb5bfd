package dev.muster.target.faults;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Times as a person writes them: a number and its unit, such as 27ms or 1.5s. */
final class FaultTime {
  static final String EXPECTED = "a time such as 500us, 27ms, 1.5s or 2m, at most 1h";

  // The longest first. An h is read, so that what is as long as a time may be can be written shortly.
  private static final List<Unit> UNITS = List.of(new Unit("h", 3_600_000_000_000L),
      new Unit("m", 60_000_000_000L), new Unit("s", 1_000_000_000L), new Unit("ms", 1_000_000L),
      new Unit("us", 1_000L));
  private static final Pattern TIME = Pattern.compile("([0-9]{1,10}(?:\\.[0-9]{1,10})?)([a-zµμ]+)");
  private static final Duration LONGEST = Duration.ofHours(1);

  private record Unit(String name, long nanos) {}

  private FaultTime() {}

  /**
   * The time that {@code text} tells.
   *
   * @param setting where it stands, {@code expected} what stands there, and {@code whole} all that was
   *     given, for the sentence about a mistake
   */
  static Duration read(String setting, String expected, String text, String whole) {
    var matcher = TIME.matcher(text.strip());
    if (matcher.matches()) {
      String name = matcher.group(2).replaceFirst("^[µμ]", "u");
      for (Unit unit : UNITS) {
        if (unit.name().equals(name)) {
          var nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit.nanos()))
              .setScale(0, RoundingMode.HALF_UP);
          if (nanos.compareTo(BigDecimal.valueOf(LONGEST.toNanos())) > 0) {
            throw FaultSyntaxException.of(setting, "at most 1h", whole);
          }
          return Duration.ofNanos(nanos.longValueExact());
        }
      }
    }
    throw FaultSyntaxException.of(setting, expected, whole);
  }

  /** The same time as text, in the longest unit that needs no fraction. */
  static String text(Duration time) {
    long nanos = time.toNanos();
    for (Unit unit : UNITS) {
      if (nanos % unit.nanos() == 0) {
        return nanos / unit.nanos() + unit.name();
      }
    }
    return BigDecimal.valueOf(nanos, 3).toPlainString() + "us";
  }
}
