package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuoteTest {

  private static final Prices PRICES = new Prices(
      Map.of(
          "us-east-1",
          new Prices.Region(
              LocalDate.of(2026, 1, 2),
              Map.of(
                  "c7g.large", new BigDecimal("0.0725"), "c7i.large",
                  new BigDecimal("0.08925")))));

  @Test
  void the_ceiling_is_that_of_the_dearest_type_for_all_their_lives() {
    Quote quote = Quote.of(Orders.of(20, "c7g.large", "c7i.large"), "us-east-1", PRICES,
        SpotPrices.NONE);

    assertThat(quote.hour()).hasValueSatisfying(
        hour -> assertThat(hour).isEqualByComparingTo("1.785"));
    assertThat(quote.ceiling()).hasValueSatisfying(
        most -> assertThat(most).isEqualByComparingTo("3.57"));
    assertThat(quote.text())
        .contains("20 instances of c7g.large or c7i.large, on demand, in us-east-1, for 2 h")
        .contains("c7i.large 0.0893 USD")
        .contains("2026-01-02")
        .contains("3.57 USD until they end by themselves");
  }

  @Test
  void of_spot_instances_the_ceiling_is_that_on_demand_and_what_they_cost_now_is_an_estimate() {
    var now = new SpotPrices(
        List.of(change("c7g.large", "0.0290"), change("c7i.large", "0.0357")));
    Quote quote = Quote.of(Orders.spot(20, "c7g.large", "c7i.large"), "us-east-1", PRICES, now);

    assertThat(quote.ceiling()).hasValueSatisfying(
        most -> assertThat(most).isEqualByComparingTo("3.57"));
    assertThat(quote.text())
        .contains("3.57 USD until they end by themselves at most: none costs more as spot")
        .contains(
            "c7g.large 0.0290 USD, c7i.large 0.0357 USD; all of them: 0.72 USD an hour, 1.43 USD")
        .contains("An estimate");
  }

  @Test
  void what_spot_instances_cost_is_told_of_all_types_or_not_at_all() {
    var now = new SpotPrices(List.of(change("c7g.large", "0.0290")));

    assertThat(
        Quote.of(Orders.spot(1, "c7g.large", "c7i.large"), "us-east-1", PRICES, now).text())
        .contains("What they cost as spot now is not known here.")
        .doesNotContain("0.0290");
    assertThat(Quote.of(Orders.of(1, "c7g.large"), "us-east-1", PRICES, now).text())
        .doesNotContain("spot");
  }

  private static SpotPrices.Change change(String type, String hour) {
    return new SpotPrices.Change(type, "us-east-1a", Instant.EPOCH, new BigDecimal(hour));
  }

  @Test
  void there_is_no_ceiling_where_a_price_is_not_known() {
    Quote quote = Quote.of(Orders.of(1, "c7g.large", "x9.metal"), "us-east-1", PRICES,
        SpotPrices.NONE);

    assertThat(quote.ceiling()).isEmpty();
    assertThat(quote.text()).contains("x9.metal costs in us-east-1 is not known");
  }
}
