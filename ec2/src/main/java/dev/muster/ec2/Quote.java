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
 * What an order can cost at most: that on demand, also of spot instances, which never cost more. What these cost now is
 * told beside it; it changes, so no ceiling is made of it.
 *
 * @param date when the prices were these; empty where none is known
 * @param priced the types whose price is known, and what an hour of one costs
 * @param unpriced the types whose price is not
 * @param spot what an hour of one costs as spot now, where that is dearest; empty unless it is known of all types
 */
public record Quote(
    FleetOrder order, String region, Optional<LocalDate> date, List<Priced> priced,
    List<String> unpriced, List<Priced> spot) {

  private static final BigDecimal HOUR_SECONDS = BigDecimal.valueOf(3_600);

  /** A type and what an hour of it costs, in US dollars. */
  public record Priced(String type, BigDecimal hour) {}

  public Quote {
    priced = List.copyOf(priced);
    unpriced = List.copyOf(unpriced);
    spot = List.copyOf(spot);
  }

  /**
   * The quote for an order.
   *
   * @param spot what spot instances cost now, as far as EC2 has said
   */
  public static Quote of(FleetOrder order, String region, Prices prices, SpotPrices spot) {
    var priced = new ArrayList<Priced>();
    var unpriced = new ArrayList<String>();
    for (String type : order.types()) {
      prices.hour(region, type)
          .ifPresentOrElse(hour -> priced.add(new Priced(type, hour)), () -> unpriced.add(type));
    }
    List<Priced> asSpot = order.types()
        .stream()
        .flatMap(type -> spot.now(type).stream().map(hour -> new Priced(type, hour)))
        .toList();
    return new Quote(
        order, region, prices.date(region), priced, unpriced,
        order.spot() && asSpot.size() == order.types().size() ? asSpot : List.of());
  }

  /** What all of them cost in an hour, if all are of the dearest type; empty where a price is not known. */
  public Optional<BigDecimal> hour() {
    return unpriced.isEmpty() ? ofAll(priced) : Optional.empty();
  }

  private Optional<BigDecimal> ofAll(List<Priced> prices) {
    return prices.stream()
        .map(Priced::hour)
        .max(BigDecimal::compareTo)
        .map(dearest -> dearest.multiply(BigDecimal.valueOf(order.count())));
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
          .append(each(priced))
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
          .append(order.spot() ? " at most: none costs more as spot than on demand.\n" : ".\n");
    } else {
      text.append("What ")
          .append(String.join(" and ", unpriced))
          .append(unpriced.size() == 1 ? " costs" : " cost")
          .append(" in ")
          .append(region)
          .append(" is not known here, so there is no ceiling; 'muster prices update' asks AWS.\n");
    }
    if (order.spot()) {
      text.append(
          ofAll(spot).map(this::estimate)
              .orElse("What they cost as spot now is not known here.\n"));
    }
    return text.toString();
  }

  private String estimate(BigDecimal hour) {
    return "As spot now, where it is dearest: " + each(spot) + "; all of them: "
        + dollars(hour, 2) + " an hour, " + dollars(hour.multiply(hours(order.ttl())), 2)
        + " until they end. An estimate: these prices change.\n";
  }

  private static String each(List<Priced> prices) {
    return prices.stream()
        .map(price -> price.type() + " " + dollars(price.hour(), 4))
        .collect(Collectors.joining(", "));
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
