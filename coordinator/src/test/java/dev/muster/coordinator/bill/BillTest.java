package dev.muster.coordinator.bill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BillTest {

  private static final long SECOND = 1_000_000_000;
  private static final long HOUR = 3_600 * SECOND;
  private static final long T = 1_790_000_000 * SECOND;

  @Test
  void a_machine_costs_by_the_second_from_its_first_minute_on() {
    Machine machine = machine("i-1", "workers", "3.6", T);

    assertThat(machine.costAt(T).usd()).isEqualByComparingTo("0.06");
    assertThat(machine.costAt(T + 60 * SECOND).usd()).isEqualByComparingTo("0.06");
    assertThat(machine.costAt(T + 60 * SECOND + 1).usd()).isEqualByComparingTo("0.061");
    assertThat(machine.costAt(T + 61 * SECOND).usd()).isEqualByComparingTo("0.061");
    assertThat(machine.costAt(T + HOUR).usd()).isEqualByComparingTo("3.6");
    assertThat(machine.costAt(T - HOUR).usd()).as("by a clock that is behind")
        .isEqualByComparingTo("0.06");
  }

  @Test
  void it_costs_no_more_when_it_has_ended_or_must_have() {
    Machine ended = new Machine(
        "i-1", "workers", "", price("3.6"), T, T + 100 * SECOND, T + HOUR);
    Machine over = new Machine("i-1", "workers", "", price("3.6"), T, 0, T + 200 * SECOND);
    Machine atOnce = new Machine("i-1", "workers", "", price("3.6"), T, T + SECOND, 0);

    assertThat(ended.costAt(T + HOUR).usd()).isEqualByComparingTo("0.1");
    assertThat(ended.hasEnded(T)).isTrue();
    assertThat(over.costAt(T + HOUR).usd()).isEqualByComparingTo("0.2");
    assertThat(over.hasEnded(T + 200 * SECOND - 1)).isFalse();
    assertThat(over.hasEnded(T + 200 * SECOND)).isTrue();
    assertThat(atOnce.costAt(T + HOUR).usd()).isEqualByComparingTo("0.06");
  }

  @Test
  void an_end_that_was_told_is_not_put_off_by_who_looks_later() {
    Machine running = machine("i-1", "workers", "3.6", T);
    Machine ended = running.endedBy(T + 100 * SECOND);
    Machine later = running.endedBy(T + 200 * SECOND);
    Bill bill = Bill.EMPTY.with(List.of(ended));

    assertThat(bill.heedingEnd(later)).isEqualTo(ended);
    assertThat(bill.heedingEnd(running)).isEqualTo(ended);
    assertThat(Bill.EMPTY.with(List.of(later)).heedingEnd(ended)).isEqualTo(ended);
    assertThat(Bill.EMPTY.with(List.of(running)).heedingEnd(later)).isEqualTo(later);
    Machine another = machine("i-1", "workers", "3.6", T + HOUR);
    assertThat(bill.heedingEnd(another)).as("a machine that came later").isEqualTo(another);
  }

  @Test
  void of_machines_at_random_the_cost_never_falls_and_is_the_sum_of_its_parts() {
    for (long seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var machines = new ArrayList<Machine>();
      for (int i = 0; i < 1 + random.nextInt(20); i++) {
        machines.add(any(random, "i-" + i, "fleet-" + random.nextInt(3)));
      }
      Bill bill = Bill.EMPTY.with(machines);
      Cost before = Cost.NONE;
      for (long now = T; now < T + 3 * HOUR; now += random.nextLong(HOUR / 4)) {
        long at = now;
        Cost parts = machines.stream()
            .map(machine -> machine.costAt(at))
            .reduce(Cost.NONE, Cost::plus);
        Cost fleets = bill.fleets(at)
            .stream()
            .map(FleetBill::soFar)
            .reduce(Cost.NONE, Cost::plus);
        assertThat(fleets.usd()).as("seed %d", seed).isEqualByComparingTo(parts.usd());
        assertThat(fleets.incomplete()).as("seed %d", seed)
            .isEqualTo(machines.stream().anyMatch(each -> each.usdPerHour().isEmpty()));
        assertThat(fleets.usd()).as("seed %d", seed).isGreaterThanOrEqualTo(before.usd());
        assertThat(bill.fleets(at).stream().mapToInt(FleetBill::running).sum())
            .as("seed %d", seed)
            .isEqualTo((int) machines.stream().filter(each -> !each.hasEnded(at)).count());
        before = fleets;
      }
    }
  }

  private static Machine any(Random random, String worker, String fleet) {
    long since = T + random.nextLong(HOUR);
    return new Machine(
        worker, fleet, "",
        random.nextInt(10) == 0
            ? Optional.empty()
            : Optional.of(BigDecimal.valueOf(1 + random.nextInt(20_000), 4)),
        since, random.nextBoolean() ? 0 : since + random.nextLong(HOUR),
        random.nextBoolean() ? 0 : since + random.nextLong(HOUR));
  }

  @Test
  void a_price_that_is_not_known_is_not_0_but_makes_every_sum_incomplete() {
    Machine unknown = new Machine("i-2", "workers", "x9.large", Optional.empty(), T, 0, 0);
    Bill bill = Bill.EMPTY.with(List.of(machine("i-1", "workers", "3.6", T), unknown));

    FleetBill fleet = bill.fleets(T + HOUR).getFirst();

    assertThat(unknown.costAt(T + HOUR).incomplete()).isTrue();
    assertThat(fleet.soFar().incomplete()).isTrue();
    assertThat(fleet.soFar().usd()).isEqualByComparingTo("3.6");
    assertThat(fleet.hour().incomplete()).isTrue();
    assertThat(bill.running(T + HOUR)).hasValueSatisfying(
        cost -> assertThat(cost.incomplete()).isTrue());
    assertThat(bill.between(List.of("i-1", "i-2"), T, T + SECOND)).hasValueSatisfying(
        cost -> assertThat(cost.incomplete()).isTrue());
  }

  @Test
  void what_is_told_later_of_a_machine_replaces_what_was_told_before() {
    Bill bill = Bill.EMPTY.with(List.of(machine("i-1", "workers", "3.6", T)))
        .with(List.of(machine("i-1", "workers", "7.2", T + HOUR)));

    assertThat(bill.fleets(T + 2 * HOUR)).singleElement().satisfies(fleet -> {
      assertThat(fleet.machines()).isEqualTo(1);
      assertThat(fleet.soFar().usd()).isEqualByComparingTo("7.2");
    });
  }

  @Test
  void a_fleet_is_at_its_ceiling_from_the_second_on_in_which_it_has_cost_that_much() {
    Bill bill = Bill.EMPTY
        .with(
            List.of(
                machine("i-1", "workers", "1.8", T), machine("i-2", "workers", "1.8", T),
                machine("i-3", "others", "1000", T)))
        .withCeiling("workers", new BigDecimal("5"));
    // 3.60 USD an hour are 5 USD in 5,000 s.
    assertThat(bill.atCeiling(T + 4_999 * SECOND)).isEmpty();
    assertThat(bill.atCeiling(T + 5_000 * SECOND)).extracting(FleetBill::name)
        .containsExactly("workers");
    assertThat(bill.withCeiling("workers", new BigDecimal("6")).atCeiling(T + 5_000 * SECOND))
        .isEmpty();
    assertThat(bill.withCeiling("nobody's", BigDecimal.ONE).atCeiling(T)).isEmpty();
  }

  @Test
  void only_fleets_that_have_a_machine_now_are_in_what_is_running() {
    Machine ended = new Machine("i-1", "before", "", price("3.6"), T, T + HOUR, 0);
    Bill before = Bill.EMPTY.with(List.of(ended));
    Bill bill = before.with(List.of(machine("i-2", "workers", "7.2", T)));

    assertThat(before.running(T + HOUR)).isEmpty();
    assertThat(bill.running(T + HOUR).orElseThrow().usd()).isEqualByComparingTo("7.2");
    assertThat(bill.fleets(T + HOUR)).extracting(FleetBill::name, FleetBill::running)
        .containsExactly(
            tuple("before", 0),
            tuple("workers", 1));
    assertThat(bill.fleets(T + HOUR).getFirst().hour().usd()).isZero();
  }

  @Test
  void a_run_costs_what_the_machines_of_its_workers_were_there_in_that_time() {
    Machine late = machine("i-2", "workers", "3.6", T + 20 * SECOND);
    Machine gone = new Machine("i-3", "workers", "", price("3.6"), T, T + 40 * SECOND, 0);
    Bill bill = Bill.EMPTY.with(
        List.of(
            machine("i-1", "workers", "3.6", T - HOUR), late, gone,
            machine("i-4", "workers", "3.6", T)));

    Optional<Cost> cost = bill.between(
        List.of("i-1", "i-1/second", "i-2", "i-3"), T + 10 * SECOND, T + 50 * SECOND);

    // 40 s, 30 s and 30 s, at a tenth of a cent each; two workers of one machine cost what it does.
    assertThat(cost.orElseThrow().usd()).isEqualByComparingTo("0.1");
    assertThat(cost.orElseThrow().incomplete()).isFalse();
    assertThat(bill.between(List.of("i-1", "local"), T, T + SECOND).orElseThrow().incomplete())
        .as("with one of which nobody has told")
        .isTrue();
    assertThat(bill.between(List.of("local"), T, T + SECOND)).isEmpty();
  }

  @Test
  void a_worker_is_known_by_its_name_or_by_what_stands_before_a_slash_in_it() {
    Bill bill = Bill.EMPTY.with(List.of(machine("i-1", "workers", "1", T)));

    assertThat(bill.machineOf("i-1")).isPresent();
    assertThat(bill.machineOf("i-1/other")).isPresent();
    assertThat(bill.machineOf("i-10")).isEmpty();
  }

  @Test
  void amounts_are_told_to_the_cent_and_small_ones_more_closely() {
    assertThat(Dollars.text(new BigDecimal("5"))).isEqualTo("5.00 USD");
    assertThat(Dollars.text(new BigDecimal("0.26775"))).isEqualTo("0.27 USD");
    assertThat(Dollars.text(new BigDecimal("0.0036125"))).isEqualTo("0.0036 USD");
    assertThat(Dollars.text(BigDecimal.ZERO)).isEqualTo("0.00 USD");
  }

  private static Machine machine(String worker, String fleet, String usdPerHour, long since) {
    return new Machine(worker, fleet, "c7i.large", price(usdPerHour), since, 0, 0);
  }

  private static Optional<BigDecimal> price(String usd) {
    return Optional.of(new BigDecimal(usd));
  }
}
