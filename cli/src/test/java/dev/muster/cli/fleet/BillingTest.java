package dev.muster.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.ec2.FleetInstance;
import dev.muster.ec2.Prices;
import dev.muster.v1.FleetInfo;
import dev.muster.v1.Machine;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
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
    assertThat(Billing.machine(instance(true), "us-east-1", PRICES, Optional.empty())).isEqualTo(
        Machine.newBuilder()
            .setWorkerName("i-1")
            .setFleet("workers")
            .setType("c7g.large, spot")
            .setUsdPerHour("0.0725")
            .setSinceUnixNanos(1_795_770_000_000_000_000L)
            .setUntilUnixNanos(1_795_777_200_000_000_000L)
            .build());
    assertThat(Billing.machine(instance(false), "eu-west-1", PRICES, Optional.empty()))
        .returns("", Machine::getUsdPerHour)
        .returns("c7g.large", Machine::getType);
  }

  @Test
  void one_that_has_ended_has_not_ended_before_it_began_whatever_clocks_say() {
    assertThat(
        Billing.machine(
            instance(false), "us-east-1", PRICES, Optional.of(LAUNCHED.minusSeconds(3))))
        .returns(1_795_770_000_000_000_000L, Machine::getEndedUnixNanos);
    assertThat(
        Billing.machine(
            instance(false), "us-east-1", PRICES, Optional.of(LAUNCHED.plusSeconds(3))))
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
