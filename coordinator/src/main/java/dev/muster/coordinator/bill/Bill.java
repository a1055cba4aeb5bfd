package dev.muster.coordinator.bill;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All machines that are known to cost, and what their fleets may cost. The cost of a fleet is the sum of
 * those of its machines, never falls as time passes, and goes on under the fleet's name: machines that were
 * launched after all before them had ended are added to it. For any thread.
 */
public final class Bill {

  /** Of nothing. */
  public static final Bill EMPTY = new Bill(Map.of(), Map.of());

  private final Map<String, Machine> machines;
  private final Map<String, BigDecimal> ceilings;

  private Bill(Map<String, Machine> machines, Map<String, BigDecimal> ceilings) {
    this.machines = machines;
    this.ceilings = ceilings;
  }

  /** With more machines, each in place of what was known of the same worker's. */
  public Bill with(Collection<Machine> more) {
    var all = new HashMap<>(machines);
    more.forEach(machine -> all.put(machine.worker(), machine));
    return new Bill(all, ceilings);
  }

  /**
   * What is told of a machine, with an end that was told before, if that was earlier: who looks later at a
   * machine that has ended cannot tell when.
   */
  public Machine heedingEnd(Machine told) {
    Machine before = machines.get(told.worker());
    return before == null || before.sinceUnixNanos() != told.sinceUnixNanos()
        ? told
        : told.endedBy(before.endedUnixNanos());
  }

  /** With what a fleet may cost in all, in place of what was said of it before. */
  public Bill withCeiling(String fleet, BigDecimal usd) {
    var all = new HashMap<>(ceilings);
    all.put(fleet, usd);
    return new Bill(machines, all);
  }

  /**
   * The machine of a worker.
   *
   * @param worker its name; where that has a slash, that of its certificate stands before it
   */
  public Optional<Machine> machineOf(String worker) {
    int slash = worker.indexOf('/');
    return Optional.ofNullable(machines.get(worker))
        .or(
            () -> slash < 0
                ? Optional.empty()
                : Optional.ofNullable(machines.get(worker.substring(0, slash))));
  }

  /** What each fleet costs that has or had a machine, by name. */
  public List<FleetBill> fleets(long nowUnixNanos) {
    var fleets = new TreeMap<String, FleetBill>();
    for (Machine machine : machines.values()) {
      fleets.merge(machine.fleet(), alone(machine, nowUnixNanos), Bill::together);
    }
    return List.copyOf(fleets.values());
  }

  private FleetBill alone(Machine machine, long nowUnixNanos) {
    boolean ended = machine.hasEnded(nowUnixNanos);
    Cost hour = machine.usdPerHour().map(usd -> new Cost(usd, false)).orElse(Cost.UNKNOWN);
    return new FleetBill(
        machine.fleet(), 1, ended ? 0 : 1, ended ? Cost.NONE : hour, machine.costAt(nowUnixNanos),
        Optional.ofNullable(ceilings.get(machine.fleet())));
  }

  private static FleetBill together(FleetBill some, FleetBill others) {
    return new FleetBill(
        some.name(), some.machines() + others.machines(), some.running() + others.running(),
        some.hour().plus(others.hour()), some.soFar().plus(others.soFar()), some.ceiling());
  }

  /** What the fleets have cost of which a machine is there; empty where none is. */
  public Optional<Cost> running(long nowUnixNanos) {
    return fleets(nowUnixNanos).stream()
        .filter(fleet -> fleet.running() > 0)
        .map(FleetBill::soFar)
        .reduce(Cost::plus);
  }

  /** The fleets that have cost as much as they may, by name. */
  public List<FleetBill> atCeiling(long nowUnixNanos) {
    return ceilings.isEmpty()
        ? List.of()
        : fleets(nowUnixNanos).stream().filter(FleetBill::isAtCeiling).toList();
  }

  /**
   * What the machines of some workers cost between two instants; empty where nobody has told of any. It is
   * incomplete where nobody has told of some.
   */
  public Optional<Cost> between(
      Collection<String> workers, long fromUnixNanos, long toUnixNanos) {
    List<Machine> known = workers.stream()
        .flatMap(worker -> machineOf(worker).stream())
        .distinct()
        .toList();
    boolean all = workers.stream().allMatch(worker -> machineOf(worker).isPresent());
    return Stream.concat(
        known.stream().map(machine -> machine.costBetween(fromUnixNanos, toUnixNanos)),
        known.isEmpty() || all ? Stream.of() : Stream.of(Cost.UNKNOWN))
        .reduce(Cost::plus);
  }
}
