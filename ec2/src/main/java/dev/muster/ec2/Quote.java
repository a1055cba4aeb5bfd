package dev.muster.ec2;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an order can cost at most. Spot instances cost less than this; how much less is known when they
 * are there.
 *
 * @param date when the prices were these; empty where none is known
 * @param priced the types whose price is known, and what an hour of one costs
 * @param unpriced the types whose price is not
 */
public record Quote(
    FleetOrder order, String region, Optional<LocalDate> date, List<Priced> priced,
    List<String> unpriced) {

  private static final BigDecimal HOUR_SECONDS = BigDecimal.valueOf(3_600);

  /** A type and what an hour of it costs, in US dollars. */
  public record Priced(String type, BigDecimal hour) {}

  public Quote {
    priced = List.copyOf(priced);
    unpriced = List.copyOf(unpriced);
  }

  /** The quote for an order. */
  public static Quote of(FleetOrder order, String region, Prices prices) {
    var priced = new ArrayList<Priced>();
    var unpriced = new ArrayList<String>();
    for (String type : order.types()) {
      prices.hour(region, type)
          .ifPresentOrElse(hour -> priced.add(new Priced(type, hour)), () -> unpriced.add(type));
    }
    return new Quote(order, region, prices.date(region), priced, unpriced);
  }

  /** What all of them cost in an hour, if all are of the dearest type; empty where a price is not known. */
  public Optional<BigDecimal> hour() {
    return unpriced.isEmpty()
        ? priced.stream()
            .map(Priced::hour)
            .max(BigDecimal::compareTo)
            .map(dearest -> dearest.multiply(BigDecimal.valueOf(order.count())))
        : Optional.empty();
  }

  /** What they cost until the end of their lives; empty where a price is not known. */
  public Optional<BigDecimal> ceiling() {
    return hour().map(hour -> hour.multiply(hours(order.ttl())));
  }

  private static BigDecimal hours(Duration time) {
    return BigDecimal.valueOf(time.toSeconds())
        .divide(HOUR_SECONDS, 6, RoundingMode.CEILING);
  }

  /** In sentences, for who is to agree to it. */
  public String text() {
    var text = new StringBuilder();
    text.append(order.count())
        .append(order.count() == 1 ? " instance of " : " instances of ")
        .append(String.join(" or ", order.types()))
        .append(order.spot() ? ", spot," : ", on demand,")
        .append(" in ")
        .append(region)
        .append(", for ")
        .append(length(order.ttl()))
        .append(" at most.\n");
    if (!priced.isEmpty() && date.isPresent()) {
      text.append("An hour of one: ")
          .append(
              priced.stream()
                  .map(each -> each.type() + " " + dollars(each.hour(), 4))
                  .collect(Collectors.joining(", ")))
          .append(" (on demand, ")
          .append(date.get())
          .append("; traffic and volumes apart).\n");
    }
    if (hour().isPresent() && ceiling().isPresent()) {
      text.append("All of them: ")
          .append(dollars(hour().get(), 2))
          .append(" an hour, ")
          .append(dollars(ceiling().get(), 2))
          .append(" until they end by themselves")
          .append(order.spot() ? ", less as spot.\n" : ".\n");
    } else {
      text.append("What ")
          .append(String.join(" and ", unpriced))
          .append(unpriced.size() == 1 ? " costs" : " cost")
          .append(" in ")
          .append(region)
          .append(" is not known here, so there is no ceiling; 'muster prices update' asks AWS.\n");
    }
    return text.toString();
  }

  /** An amount, for people. */
  public static String dollars(BigDecimal amount, int digits) {
    return String.format(
        Locale.ROOT, "%s USD", amount.setScale(digits, RoundingMode.CEILING).toPlainString());
  }

  private static String length(Duration time) {
    long hours = time.toHours();
    int minutes = time.toMinutesPart();
    return hours == 0
        ? minutes + " min"
        : minutes == 0 ? hours + " h" : hours + " h " + minutes + " min";
  }
}
