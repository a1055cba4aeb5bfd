package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.ec2.SpotPrices.Change;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpotPricesTest {

  private static final Instant NINE = Instant.parse("2026-11-27T09:00:00Z");

  private static final SpotPrices PRICES = new SpotPrices(
      List.of(
          change("a", 3, "0.030"), change("a", 0, "0.040"), change("a", 1, "0.020"),
          change("b", 2, "0.025")));

  @Test
  void an_instance_has_cost_no_more_than_the_dearest_price_since_its_launch() {
    assertThat(PRICES.dearest("c7g.large", "a", at(0))).contains(new BigDecimal("0.040"));
    assertThat(PRICES.dearest("c7g.large", "a", at(0).plusSeconds(60)))
        .as("what it cost at the launch counts, whenever that began")
        .contains(new BigDecimal("0.040"));
    assertThat(PRICES.dearest("c7g.large", "a", at(1))).contains(new BigDecimal("0.030"));
    assertThat(PRICES.dearest("c7g.large", "a", at(4))).contains(new BigDecimal("0.030"));
  }

  @Test
  void what_is_not_known_of_all_the_time_is_not_known() {
    assertThat(PRICES.dearest("c7g.large", "b", at(1))).isEmpty();
    assertThat(PRICES.dearest("c7g.large", "c", at(1))).isEmpty();
    assertThat(PRICES.dearest("c7i.large", "a", at(1))).isEmpty();
    assertThat(SpotPrices.NONE.now("c7g.large")).isEmpty();
  }

  @Test
  void now_the_newest_price_of_each_zone_counts_and_of_these_the_dearest() {
    assertThat(PRICES.now("c7g.large")).contains(new BigDecimal("0.030"));
  }

  private static Change change(String zone, int hour, String usd) {
    return new Change("c7g.large", zone, at(hour), new BigDecimal(usd));
  }

  private static Instant at(int hour) {
    return NINE.plusSeconds(3_600L * hour);
  }
}
