package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
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
    Quote quote = Quote.of(Orders.of(20, "c7g.large", "c7i.large"), "us-east-1", PRICES);

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
  void there_is_no_ceiling_where_a_price_is_not_known() {
    Quote quote = Quote.of(Orders.of(1, "c7g.large", "x9.metal"), "us-east-1", PRICES);

    assertThat(quote.ceiling()).isEmpty();
    assertThat(quote.text()).contains("x9.metal costs in us-east-1 is not known");
  }
}
