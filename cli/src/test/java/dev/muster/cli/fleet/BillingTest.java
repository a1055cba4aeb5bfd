package dev.muster.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.ec2.FleetInstance;
import dev.muster.ec2.Prices;
import dev.muster.ec2.SpotPrices;
import dev.muster.v1.FleetInfo;
import dev.muster.v1.Machine;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BillingTest {

  private static final Instant LAUNCHED = Instant.parse("2026-11-27T09:00:00Z");
  private static final Prices PRICES = new Prices(
      Map.of(
          "us-east-1",
          new Prices.Region(
              LocalDate.parse("2026-11-01"), Map.of("c7g.large", new BigDecimal("0.0725")))));

  @Test
  void an_instance_costs_what_its_type_does_in_its_region_from_its_launch_to_its_tag() {
    assertThat(machine(instance(false), "us-east-1", SpotPrices.NONE)).isEqualTo(
        Machine.newBuilder()
            .setWorkerName("i-1")
            .setFleet("workers")
            .setType("c7g.large")
            .setUsdPerHour("0.0725")
            .setSinceUnixNanos(1_795_770_000_000_000_000L)
            .setUntilUnixNanos(1_795_777_200_000_000_000L)
            .build());
    assertThat(machine(instance(false), "eu-west-1", SpotPrices.NONE))
        .returns("", Machine::getUsdPerHour)
        .returns("c7g.large", Machine::getType);
  }

  @Test
  void a_spot_instance_costs_the_dearest_price_since_its_launch_where_that_is_known() {
    var spot = new SpotPrices(
        List.of(change(-60, "0.021"), change(600, "0.034"), change(1_200, "0.030")));

    assertThat(machine(instance(true), "us-east-1", spot))
        .returns("0.034", Machine::getUsdPerHour)
        .returns("c7g.large, spot", Machine::getType);
    assertThat(machine(instance(false), "us-east-1", spot))
        .as("one on demand")
        .returns("0.0725", Machine::getUsdPerHour);
  }

  @Test
  void where_it_is_not_known_it_counts_as_on_demand_which_is_said() {
    assertThat(machine(instance(true), "us-east-1", SpotPrices.NONE))
        .returns("0.0725", Machine::getUsdPerHour)
        .returns("c7g.large, spot as on demand", Machine::getType);
    assertThat(machine(instance(true), "us-east-1", new SpotPrices(List.of(change(600, "0.03")))))
        .as("not since its launch")
        .returns("0.0725", Machine::getUsdPerHour);
  }

  private static SpotPrices.Change change(long afterSeconds, String usd) {
    return new SpotPrices.Change(
        "c7g.large", "us-east-1a", LAUNCHED.plusSeconds(afterSeconds), new BigDecimal(usd));
  }

  private static Machine machine(FleetInstance instance, String region, SpotPrices spot) {
    return Billing.machine(instance, region, PRICES, spot, Optional.empty());
  }

  @Test
  void one_that_has_ended_has_not_ended_before_it_began_whatever_clocks_say() {
    assertThat(
        Billing.machine(
            instance(false), "us-east-1", PRICES, SpotPrices.NONE,
            Optional.of(LAUNCHED.minusSeconds(3))))
        .returns(1_795_770_000_000_000_000L, Machine::getEndedUnixNanos);
    assertThat(
        Billing.machine(
            instance(false), "us-east-1", PRICES, SpotPrices.NONE,
            Optional.of(LAUNCHED.plusSeconds(3))))
        .returns(1_795_770_003_000_000_000L, Machine::getEndedUnixNanos);
  }

  private static FleetInstance instance(boolean spot) {
    return new FleetInstance(
        "i-1", "workers", "c7g.large", "us-east-1a", spot, "running", LAUNCHED,
        LAUNCHED.plusSeconds(7_200), Optional.empty(), false, Optional.empty());
  }

  @Test
  void the_ceiling_of_a_fleet_that_is_new_is_what_was_said() {
    assertThat(Billing.ceiling(Optional.empty(), new BigDecimal("5")))
        .isEqualByComparingTo("5");
  }

  @Test
  void a_fleet_of_which_nothing_runs_any_more_may_cost_that_much_again() {
    assertThat(ceiling(0, "4.25", "5", "5")).isEqualByComparingTo("9.25");
  }

  @Test
  void to_say_the_same_of_one_that_runs_changes_nothing_and_more_raises_it() {
    assertThat(ceiling(2, "4.25", "9.25", "5")).isEqualByComparingTo("9.25");
    assertThat(ceiling(2, "4.25", "9.25", "20")).isEqualByComparingTo("20");
    assertThat(ceiling(2, "4.25", "", "5")).as("one that had none").isEqualByComparingTo("9.25");
  }

  private static BigDecimal ceiling(int running, String cost, String before, String most) {
    return Billing.ceiling(
        Optional.of(
            FleetInfo.newBuilder()
                .setRunning(running)
                .setCostUsd(cost)
                .setCeilingUsd(before)
                .build()),
        new BigDecimal(most));
  }
}
