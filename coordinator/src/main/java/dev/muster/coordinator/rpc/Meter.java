package dev.muster.coordinator.rpc;

import dev.muster.coordinator.bill.Bill;
import dev.muster.coordinator.bill.FleetBill;
import dev.muster.coordinator.bill.Machine;
import dev.muster.coordinator.store.Store;
import dev.muster.v1.BillRequest;
import dev.muster.v1.FleetInfo;
import dev.muster.v1.WorkerInfo;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * What machines of workers cost, kept in the store, so that another coordinator goes on with it. For the
 * coordinator's thread.
 */
final class Meter {

  private static final long SHOWN_FOR_NANOS = 1_000_000_000;

  private final Store store;
  private Bill bill;
  private String shown = "";
  private long shownUnixNanos;

  Meter(Store store) {
    this.store = store;
    this.bill = store.bill();
  }

  /**
   * Takes what somebody tells of machines and of what their fleet may cost.
   *
   * @throws IllegalArgumentException with a sentence, if some of it makes no sense; then nothing is taken
   * @throws dev.muster.coordinator.store.StoreException if it cannot be kept; then nothing is taken
   */
  void take(BillRequest request) {
    List<Machine> machines = request.getMachinesList()
        .stream()
        .map(BillMessages::read)
        .map(bill::heedingEnd)
        .toList();
    String fleet = request.getFleet();
    Optional<BigDecimal> ceiling = request.getCeilingUsd().isEmpty()
        ? Optional.empty()
        : Optional.of(BillMessages.ceiling(fleet, request.getCeilingUsd()));
    store.together(() -> {
      machines.forEach(store::put);
      ceiling.ifPresent(usd -> store.putCeiling(fleet, usd));
    });
    Bill with = bill.with(machines);
    bill = ceiling.map(usd -> with.withCeiling(fleet, usd)).orElse(with);
    shownUnixNanos = 0;
  }

  /** Whether the machine of a worker is of this fleet. */
  boolean isOf(String fleet, String worker) {
    return bill.machineOf(worker).filter(machine -> machine.fleet().equals(fleet)).isPresent();
  }

  /** The fleets that have cost as much as they may. */
  List<FleetBill> atCeiling() {
    return bill.atCeiling(UnixTime.nanos());
  }

  /** What is known of each fleet's cost. */
  List<FleetInfo> fleets() {
    return bill.fleets(UnixTime.nanos()).stream().map(BillMessages::written).toList();
  }

  /** A worker, and what is known of its machine's cost. */
  WorkerInfo.Builder info(WorkerSession worker) {
    var info = WorkerInfo.newBuilder()
        .setName(worker.name())
        .setLeaving(worker.isLeaving())
        .setTakenUnixNanos(worker.takenUnixNanos());
    bill.machineOf(worker.name()).ifPresent(machine -> {
      info.setMachine(BillMessages.written(machine));
      var cost = machine.costAt(UnixTime.nanos());
      if (!cost.incomplete()) {
        info.setCostUsd(BillMessages.decimal(cost.usd()));
      }
    });
    return info;
  }

  /** What the fleets have cost of which a machine is there, for those who follow a run; or empty. */
  String shown() {
    long now = UnixTime.nanos();
    // It is told with every tick of a run that is read back.
    if (now - shownUnixNanos > SHOWN_FOR_NANOS) {
      shown = bill.running(now).map(cost -> BillMessages.decimal(cost.usd())).orElse("");
      shownUnixNanos = now;
    }
    return shown;
  }
}
