package dev.muster.plan.grammar;

import dev.muster.plan.document.Misfit;
import dev.muster.plan.document.NearestWord;
import dev.muster.plan.scenario.Step;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as a plan writes them: {@code 500ms}, {@code 1.5s}, {@code 1m30s}, {@code 5s..9s}. */
public final class Times {

  /** The longest time: a year. Sums of a few then stay far from the end of 64 bits. */
  public static final Duration MAX = Duration.ofDays(365);

  /** From the longest to the shortest, as they must follow one another. */
  private static final List<String> UNITS = List.of("h", "m", "s", "ms", "us", "ns");

  private static final Map<String, Long> NANOS = Map.of(
      "h", 3_600_000_000_000L, "m", 60_000_000_000L, "s", 1_000_000_000L,
      "ms", 1_000_000L, "us", 1_000L, "ns", 1L);

  private static final String SCHEMA = "(?:[0-9]+(?:\\.[0-9]+)?(?:h|ms|m|s|us|ns))+";
  private static final Pattern TERM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)([^0-9.]*)");
  private static final String EXAMPLES = "a time such as 500ms, 5s or 1m30s";

  private Times() {}

  /** A time longer than nothing. */
  public static Type<Duration> positive() {
    return Word.matching(EXAMPLES, SCHEMA, text -> {
      Duration time = parse(text);
      if (time.isZero()) {
        throw new Misfit(Cursor.quoted(text) + " is no time at all", "expected more than 0s");
      }
      return time;
    });
  }

  /** A time, or none. */
  static Type<Duration> any() {
    return Word.matching(EXAMPLES, SCHEMA, Times::parse);
  }

  /** A think time: {@code 3s}, or {@code 5s..9s}. */
  static Type<Step.Think> think() {
    return Word.matching(
        "a time such as 3s, or two such as 5s..9s", SCHEMA + "(?: *\\.\\. *" + SCHEMA + ")?",
        Times::think);
  }

  private static Step.Think think(String text) throws Misfit {
    int dots = text.indexOf("..");
    if (dots < 0) {
      return new Step.Think(parse(text), parse(text));
    }
    String first = text.substring(0, dots).strip();
    String last = text.substring(dots + 2).strip();
    Duration least = parse(first);
    Duration most = parse(last);
    if (least.compareTo(most) > 0) {
      throw new Misfit(
          Cursor.quoted(text) + " runs backwards", "write " + last + ".." + first);
    }
    return new Step.Think(least, most);
  }

  /**
   * The time that {@code text} says, as a plan would write it; {@code 0s} is one too.
   *
   * @throws Misfit if it says none, or one longer than {@link #MAX}
   */
  public static Duration parse(String text) throws Misfit {
    if (text.matches("[0-9]+(\\.[0-9]+)?")) {
      throw new Misfit(text + " has no unit; write " + text + "s", "");
    }
    if (text.matches("-[0-9].*")) {
      throw new Misfit(Cursor.quoted(text) + " is negative", "");
    }
    Matcher term = TERM.matcher(text);
    BigDecimal nanos = BigDecimal.ZERO;
    int last = -1;
    int end = 0;
    while (term.find() && term.start() == end) {
      int unit = unit(term.group(2), text);
      if (unit <= last) {
        throw new Misfit(Cursor.quoted(text) + " is not a time",
            "longer units come first, each once: 1h30m, 1m30s");
      }
      nanos = nanos.add(Numbers.decimal(term.group(1), text)
          .multiply(BigDecimal.valueOf(NANOS.getOrDefault(UNITS.get(unit), 1L))));
      last = unit;
      end = term.end();
    }
    if (last < 0 || end < text.length()) {
      throw new Misfit(Cursor.quoted(text) + " is not a time", "");
    }
    if (nanos.compareTo(BigDecimal.valueOf(MAX.toNanos())) > 0) {
      throw new Misfit(Cursor.quoted(text) + " is too long", "expected at most 8760h, a year");
    }
    if (nanos.stripTrailingZeros().scale() > 0) {
      throw new Misfit(Cursor.quoted(text) + " is finer than a nanosecond", "");
    }
    return Duration.ofNanos(nanos.longValueExact());
  }

  private static int unit(String unit, String text) throws Misfit {
    int index = UNITS.indexOf(unit);
    if (index < 0) {
      throw new Misfit(
          unit.isBlank()
              ? Cursor.quoted(text) + " is not a time"
              : Cursor.quoted(unit) + " is not a unit of time",
          "expected " + EXAMPLES + NearestWord.question(unit, UNITS).map(q -> "; " + q).orElse(""));
    }
    return index;
  }
}
