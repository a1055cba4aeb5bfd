package dev.muster.cli.fleet;

import dev.muster.cli.UserError;
import dev.muster.cli.rpc.ControlClient;
import dev.muster.ec2.Ec2Fleet;
import dev.muster.ec2.Ec2Place;
import dev.muster.ec2.Ec2Problem;
import dev.muster.ec2.FleetInstance;
import dev.muster.ec2.Prices;
import dev.muster.ec2.SpotPrices;
import dev.muster.v1.BillRequest;
import dev.muster.v1.FleetInfo;
import dev.muster.v1.Machine;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Tells a coordinator what the instances of a fleet cost, by the prices that this version knows; those of
 * spot instances as if they were on demand while they run, which is more than they cost: nobody may be there who
 * would notice that they have become dearer. What cannot be told is said, and is no reason to give up a fleet.
 */
public final class Billing {

  private static final int LOOKS = 10;
  private static final long LOOK_AGAIN_MILLIS = 1_000;

  private final Ec2Fleet fleet;
  private final String name;
  private final Optional<BigDecimal> mostUsd;
  private final Prices prices = KnownPrices.read();

  /** Those told of, as they were then. */
  private final Map<String, Machine> told = new LinkedHashMap<>();

  private boolean isCeilingTold;

  /**
   * @param name the fleet's
   * @param mostUsd what was said that it may cost at most, if that was
   */
  public Billing(Ec2Fleet fleet, String name, Optional<BigDecimal> mostUsd) {
    this.fleet = fleet;
    this.name = name;
    this.mostUsd = mostUsd;
  }

  /** Tells of instances that were launched, and which of those told of before have ended since. */
  public void launched(ControlClient client, Collection<String> instances) {
    Set<String> ids = new HashSet<>(told.keySet());
    ids.addAll(instances);
    telling(() -> {
      Map<String, Machine> now = look(ids);
      var request = BillRequest.newBuilder()
          .addAllMachines(
              now.values().stream().filter(each -> !each.equals(told.get(key(each)))).toList());
      if (mostUsd.isPresent() && !isCeilingTold) {
        request.setFleet(name)
            .setCeilingUsd(
                ceiling(
                    client.list()
                        .getFleetsList()
                        .stream()
                        .filter(known -> known.getName().equals(name))
                        .findFirst(),
                    mostUsd.get()).toPlainString());
      }
      client.bill(request.build());
      isCeilingTold = true;
      told.putAll(now);
    });
  }

  private static String key(Machine machine) {
    return machine.getWorkerName();
  }

  /**
   * Until when a fleet may run, in what it costs in all. It goes on under its name: one of which nothing ran
   * any more may cost that much again, and to say the same of one that runs changes nothing.
   *
   * @param known what the coordinator knows of it
   */
  static BigDecimal ceiling(Optional<FleetInfo> known, BigDecimal most) {
    if (known.isEmpty()) {
      return most;
    }
    FleetInfo fleet = known.get();
    return fleet.getRunning() > 0 && !fleet.getCeilingUsd().isEmpty()
        ? most.max(new BigDecimal(fleet.getCeilingUsd()))
        : most.add(new BigDecimal(fleet.getCostUsd()));
  }

  /** EC2 does not tell at once of what it has launched. */
  private Map<String, Machine> look(Set<String> ids) {
    Instant now = Instant.now();
    var machines = new LinkedHashMap<String, Machine>();
    for (int look = 0; look < LOOKS && machines.size() < ids.size(); look++) {
      if (look > 0) {
        pause();
      }
      for (FleetInstance each : fleet.instances(List.copyOf(ids))) {
        machines.put(each.id(), machine(each, now));
      }
    }
    // Better of unknown price than left out.
    for (String id : ids) {
      machines.computeIfAbsent(
          id,
          _ -> Machine.newBuilder()
              .setWorkerName(id)
              .setFleet(name)
              .setSinceUnixNanos(unixNanos(now))
              .build());
    }
    return machines;
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_AGAIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Machine machine(FleetInstance instance, Instant now) {
    Machine before = told.get(instance.id());
    return instance.isAlive()
        ? machine(instance, fleet.region(), prices, SpotPrices.NONE, Optional.empty())
        : before != null && before.getEndedUnixNanos() != 0
            ? before
            : machine(
                instance, fleet.region(), prices, SpotPrices.NONE, Optional.of(now));
  }

  /**
   * What an instance costs, in the words of the wire.
   *
   * @param prices those on demand, which count where {@code spot} does not say what a spot instance has cost
   */
  static Machine machine(
      FleetInstance instance, String region, Prices prices, SpotPrices spot,
      Optional<Instant> ended) {
    long since = unixNanos(instance.launched());
    Optional<BigDecimal> asSpot = instance.spot()
        ? spot.dearest(instance.type(), instance.zone(), instance.launched())
        : Optional.empty();
    String how = !instance.spot() ? "" : asSpot.isPresent() ? ", spot" : ", spot as on demand";
    return Machine.newBuilder()
        .setWorkerName(instance.id())
        .setFleet(instance.fleet())
        .setType(instance.type() + how)
        .setUsdPerHour(
            asSpot.or(() -> prices.hour(region, instance.type()))
                .map(BigDecimal::toPlainString)
                .orElse(""))
        .setSinceUnixNanos(since)
        // By this machine's clock, which may be behind EC2's.
        .setEndedUnixNanos(ended.map(at -> Math.max(since, unixNanos(at))).orElse(0L))
        .setUntilUnixNanos(Math.max(since, unixNanos(instance.expires())))
        .build();
  }

  private static long unixNanos(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
  }

  /**
   * Tells a coordinator that instances have ended that were alive before.
   *
   * @param coordinator opens a link to it
   * @param place where they were
   */
  public static void ended(
      Supplier<ControlClient> coordinator, List<FleetInstance> alive, Ec2Place place, Instant at) {
    if (alive.isEmpty()) {
      return;
    }
    telling(() -> {
      Prices prices = KnownPrices.read();
      SpotPrices spot = asked(() -> place.spotPrices(alive));
      var request = BillRequest.newBuilder();
      alive.forEach(
          each -> request.addMachines(
              machine(each, place.region(), prices, spot, Optional.of(at))));
      try (ControlClient client = coordinator.get()) {
        client.bill(request.build());
      }
    });
  }

  /** What spot instances cost, as far as it can be asked for; that it cannot is said. */
  public static SpotPrices asked(Supplier<SpotPrices> question) {
    try {
      return question.get();
    } catch (Ec2Problem e) {
      System.out.println(
          "What spot instances cost is not known, so they count as if they were on demand: "
              + e.getMessage());
      return SpotPrices.NONE;
    }
  }

  private static void telling(Runnable tells) {
    try {
      tells.run();
    } catch (Ec2Problem | UserError e) {
      System.out.println(
          "The coordinator's meter of costs does not know of it: " + e.getMessage());
    }
  }
}
