package dev.muster.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.v1.FleetInfo;
import dev.muster.v1.ListResponse;
import dev.muster.v1.Machine;
import dev.muster.v1.WorkerInfo;
import org.junit.jupiter.api.Test;

class WorkersTableTest {

  private static final long SECOND = 1_000_000_000;
  private static final long NOW = 1_790_000_000 * SECOND;

  @Test
  void where_nothing_is_known_of_costs_there_is_one_name_a_line() {
    var list = ListResponse.newBuilder()
        .addWorkers("a")
        .addWorkers("b")
        .addWorkerInfos(WorkerInfo.newBuilder().setName("a"))
        .addWorkerInfos(WorkerInfo.newBuilder().setName("b").setLeaving(true))
        .build();

    assertThat(WorkersTable.of(list, NOW)).containsExactly("a", "b");
    assertThat(WorkersTable.of(ListResponse.getDefaultInstance(), NOW)).isEmpty();
  }

  @Test
  void workers_stand_in_a_table_and_their_fleets_below() {
    var list = ListResponse.newBuilder()
        .addWorkerInfos(worker("i-1", "c7g.large, spot", NOW + 4_325 * SECOND, "0.053"))
        .addWorkerInfos(worker("i-20", "x9.large", NOW - SECOND, "").setLeaving(true))
        .addWorkerInfos(WorkerInfo.newBuilder().setName("own"))
        .addFleets(
            FleetInfo.newBuilder()
                .setName("workers")
                .setMachines(3)
                .setRunning(3)
                .setUsdPerHour("0.26775")
                .setCostUsd("0.11")
                .setCeilingUsd("5"))
        .build();

    assertThat(WorkersTable.of(list, NOW)).containsExactly(
        "  worker          machine  ends in      so far",
        "     i-1  c7g.large, spot  1:12:05  0.0530 USD",
        "    i-20         x9.large     0:00           -  leaving",
        "     own                -        -           -",
        "fleet workers: 3 of 3 machines, 0.27 USD an hour, 0.11 USD so far, ceiling 5.00 USD");
  }

  @Test
  void of_a_machine_that_is_taken_back_it_is_said_until_when_it_is_there() {
    var list = ListResponse.newBuilder()
        .addWorkerInfos(
            worker("i-1", "c7g.large", NOW, "1").setTakenUnixNanos(NOW + 110 * SECOND)
                .setLeaving(true))
        .addWorkerInfos(worker("i-2", "c7g.large", NOW, "1").setTakenUnixNanos(-1))
        .addFleets(
            FleetInfo.newBuilder()
                .setName("workers")
                .setMachines(2)
                .setRunning(2)
                .setUsdPerHour("0.2")
                .setCostUsd("2"))
        .build();

    assertThat(WorkersTable.of(list, NOW)).containsExactly(
        "  worker    machine  ends in    so far",
        "     i-1  c7g.large     0:00  1.00 USD       taken back in 1:50",
        "     i-2  c7g.large     0:00  1.00 USD  likely to be taken back",
        "fleet workers: 2 of 2 machines, 0.20 USD an hour, 2.00 USD so far");
  }

  @Test
  void fleets_that_have_ended_are_told_with_what_they_cost_and_unknown_prices_as_such() {
    var list = ListResponse.newBuilder()
        .addFleets(
            FleetInfo.newBuilder()
                .setName("before")
                .setMachines(3)
                .setUsdPerHour("0")
                .setCostUsd("7.2"))
        .addFleets(
            FleetInfo.newBuilder()
                .setName("odd")
                .setMachines(1)
                .setRunning(1)
                .setCostUsd("0")
                .setIncomplete(true))
        .build();

    assertThat(WorkersTable.of(list, NOW)).containsExactly(
        "fleet before: 0 of 3 machines, 7.20 USD in all",
        "fleet odd: 1 of 1 machine, at least 0.00 USD so far (a price is not known)");
  }

  private static WorkerInfo.Builder worker(String name, String type, long until, String usd) {
    return WorkerInfo.newBuilder()
        .setName(name)
        .setCostUsd(usd)
        .setMachine(Machine.newBuilder().setType(type).setUntilUnixNanos(until));
  }
}
