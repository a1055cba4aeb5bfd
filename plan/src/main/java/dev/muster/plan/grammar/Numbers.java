package dev.muster.plan.grammar;

import dev.muster.plan.document.Misfit;
import dev.muster.plan.load.Amount;
import dev.muster.plan.load.Rate;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers, parts and rates as a plan writes them. All are exact; nothing is rounded. */
public final class Numbers {

  /** The most users of a run. */
  public static final int USERS_MAX = 10_000_000;

  /** Longer texts are no number that a plan needs, and slow to calculate with. */
  private static final int DIGITS_MAX = 30;

  private static final String DECIMAL = "[0-9]+(?:\\.[0-9]+)?";
  private static final Pattern RATE = Pattern.compile("(" + DECIMAL + ")/(s|m|h)");
  private static final Map<String, Long> RATE_NANOS = Map.of("s", 1_000_000_000L, "m",
      60_000_000_000L, "h", 3_600_000_000_000L);

  private Numbers() {}

  /** Whole numbers from {@code min} to {@code max}. */
  public static Type<Long> whole(long min, long max) {
    String expected = min == Long.MIN_VALUE
        ? "a whole number of 64 bits"
        : "a whole number from " + min + " to " + max;
    var schema = Json.object("type", "integer", "minimum", min);
    schema.put("maximum", max);
    return new Word<>(expected, schema, text -> whole(text, min, max));
  }

  /** Numbers of users, or of anything else that fits an {@code int}. */
  public static Type<Integer> count(int min, int max) {
    return whole(min, max).then((_, value) -> Math.toIntExact(value));
  }

  private static long whole(String text, long min, long max) throws Misfit {
    if (!text.matches("[+-]?[0-9]+")) {
      throw new Misfit(Cursor.quoted(text) + " is not a whole number", "");
    }
    if (text.length() > DIGITS_MAX) {
      throw new Misfit(Cursor.quoted(text) + " is out of range", "");
    }
    var value = new BigInteger(text);
    if (value.compareTo(BigInteger.valueOf(min)) < 0) {
      throw new Misfit(value + " is too small", "");
    }
    if (value.compareTo(BigInteger.valueOf(max)) > 0) {
      throw new Misfit(value + " is too large", "");
    }
    return value.longValueExact();
  }

  /** So many users, as a number from {@code min} or as a part of all. */
  static Type<Amount> amount(int min) {
    String expected = "a number of users from " + min + " to " + USERS_MAX
        + ", or a part such as 10%";
    var number = Json.object("type", "integer", "minimum", min);
    number.put("maximum", USERS_MAX);
    var part = Json.object("type", "string", "pattern", "^" + DECIMAL + " ?%$");
    return new Word<>(expected, Json.object("anyOf", List.of(number, part)),
        text -> text.endsWith("%")
            ? percent(text, min)
            : new Amount.Count(Math.toIntExact(whole(text, min, USERS_MAX))));
  }

  private static Amount percent(String text, int min) throws Misfit {
    BigDecimal percent = decimal(text.substring(0, text.length() - 1).strip(), text);
    if (percent.signum() == 0 && min > 0) {
      throw new Misfit(text + " is too small", "");
    }
    if (percent.compareTo(BigDecimal.valueOf(100)) > 0) {
      throw new Misfit(text + " is more than all users", "");
    }
    return new Amount.Percent(percent);
  }

  /** How many in a second, minute or hour. */
  static Type<Rate> rate() {
    return Word.matching("a rate such as 10/s, 0.5/s, 30/m or 100/h", RATE.pattern(),
        Numbers::rate);
  }

  /** Reads what {@link #rate()} has. */
  public static Rate rate(String text) throws Misfit {
    Matcher matcher = RATE.matcher(text);
    if (!matcher.matches()) {
      throw new Misfit(text.matches(DECIMAL)
          ? text + " has no time; write " + text + "/s"
          : Cursor.quoted(text) + " is not a rate", "");
    }
    BigDecimal number = decimal(matcher.group(1), text).stripTrailingZeros();
    if (number.signum() == 0) {
      throw new Misfit(text + " is no rate at all", "");
    }
    BigInteger count = number.movePointRight(Math.max(0, number.scale())).toBigIntegerExact();
    BigInteger nanos = BigInteger.TEN.pow(Math.max(0, number.scale()))
        .multiply(BigInteger.valueOf(RATE_NANOS.getOrDefault(matcher.group(2), 1L)));
    BigInteger common = count.gcd(nanos);
    count = count.divide(common);
    nanos = nanos.divide(common);
    // A timetable multiplies the two; within 64 bits that stays exact.
    if (count.multiply(nanos).bitLength() > 62) {
      throw new Misfit(text + " is finer than can be kept", "write it with fewer digits");
    }
    return new Rate(count.longValueExact(), nanos.longValueExact());
  }

  /** A decimal number that is not negative, out of {@code whole}. */
  static BigDecimal decimal(String text, String whole) throws Misfit {
    if (!text.matches(DECIMAL) || text.length() > DIGITS_MAX) {
      throw new Misfit(Cursor.quoted(whole) + " is not a number", "");
    }
    return new BigDecimal(text);
  }
}
