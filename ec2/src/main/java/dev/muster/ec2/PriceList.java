package dev.muster.ec2;

import java.math.BigDecimal;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.services.pricing.PricingClient;
import software.amazon.awssdk.services.pricing.model.Filter;
import software.amazon.awssdk.services.pricing.model.FilterType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What AWS says that instances cost. Asks and waits, and throws {@link Ec2Problem}. */
public final class PriceList implements AutoCloseable {

  private static final int PAGE = 100;

  /** Linux with nothing on it, on machines that are not reserved for anybody. */
  private static final Map<String, String> WANTED = Map.of(
      "operatingSystem", "Linux",
      "tenancy", "Shared",
      "preInstalledSw", "NA",
      "capacitystatus", "Used",
      "marketoption", "OnDemand");

  private final PricingClient pricing;
  private final InstantSource clock;

  PriceList(PricingClient pricing, InstantSource clock) {
    this.pricing = pricing;
    this.clock = clock;
  }

  /** That of AWS, with the SDK's own settings. */
  public static PriceList open() {
    return new PriceList(AwsClients.pricing(), InstantSource.system());
  }

  /** The region that the settings name. */
  public static String region() {
    return AwsClients.region(Optional.empty()).id();
  }

  /** The prices of these regions, of all types, as of today. */
  public Prices of(Collection<String> regions) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    var found = new HashMap<String, Prices.Region>();
    for (String region : regions) {
      Map<String, BigDecimal> hour = ask(region);
      if (hour.isEmpty()) {
        throw Ec2Problem.of(
            "AWS lists no prices in US dollars of a region '" + region
                + "'.\n  Regions are written as eu-central-1 is.");
      }
      found.put(region, new Prices.Region(today, hour));
    }
    return new Prices(found);
  }

  private Map<String, BigDecimal> ask(String region) {
    var filters = new HashMap<>(WANTED);
    filters.put("regionCode", region);
    List<Filter> asked = filters.entrySet()
        .stream()
        .map(
            each -> Filter.builder()
                .type(FilterType.TERM_MATCH)
                .field(each.getKey())
                .value(each.getValue())
                .build())
        .toList();
    var hour = new HashMap<String, BigDecimal>();
    Ec2Problem.asked(
        "look up prices of " + region,
        () -> pricing.getProductsPaginator(
            request -> request.serviceCode("AmazonEC2").maxResults(PAGE).filters(asked))
            .stream()
            .flatMap(page -> page.priceList().stream())
            .toList())
        .forEach(product -> read(product, hour));
    return hour;
  }

  /** Of a type that is listed twice the dearer price counts, as this is for ceilings. */
  private static void read(String text, Map<String, BigDecimal> hour) {
    JsonNode product;
    try {
      product = JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      throw Ec2Problem.of("AWS's list of prices has an entry that is no JSON: " + e.getMessage());
    }
    String type = product.path("product").path("attributes").path("instanceType").asString("");
    for (JsonNode term : product.path("terms").path("OnDemand")) {
      StreamSupport.stream(term.path("priceDimensions").spliterator(), false)
          .filter(rate -> rate.path("unit").asString("").equals("Hrs"))
          .map(rate -> rate.path("pricePerUnit").path("USD").asString(""))
          .filter(price -> price.matches("[0-9]+(\\.[0-9]+)?"))
          .map(price -> new BigDecimal(price).stripTrailingZeros())
          .map(price -> price.setScale(Math.max(0, price.scale())))
          .filter(price -> price.signum() > 0 && !type.isEmpty())
          .forEach(price -> hour.merge(type, price, BigDecimal::max));
    }
  }

  @Override
  public void close() {
    pricing.close();
  }
}
