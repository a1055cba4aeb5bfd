package dev.muster.cli.fleet;

import dev.muster.cli.rpc.ControlClient;
import dev.muster.ec2.Distribution;
import dev.muster.ec2.DistributionBucket;
import dev.muster.ec2.FleetInstance;
import dev.muster.ec2.Keeper;
import dev.muster.ec2.Prices;
import dev.muster.ec2.Upkeep.Stand;
import dev.muster.trust.JoinToken;
import dev.muster.v1.BillRequest;
import dev.muster.v1.ListResponse;
import dev.muster.v1.Machine;
import dev.muster.v1.WorkerInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A coordinator, as a keeper of its fleets sees it. For one thread. */
final class FleetHost implements Keeper.Host {

  private final ControlClient client;
  private final String region;
  private final Duration patience;
  private final Prices prices = KnownPrices.read();

  /** What the meter was told of. */
  private final Map<String, Machine> told = new HashMap<>();

  /**
   * @param region of its fleets
   * @param patience how long an instance may take to join
   */
  FleetHost(ControlClient client, String region, Duration patience) {
    this.client = client;
    this.region = region;
    this.patience = patience;
  }

  @Override
  public Map<String, Stand> workers() {
    var stands = new HashMap<String, Stand>();
    ListResponse now = client.list();
    for (WorkerInfo worker : now.getTakenAwayList()) {
      stands.put(worker.getName(), Stand.TAKEN);
    }
    for (WorkerInfo worker : now.getWorkerInfosList()) {
      stands.put(worker.getName(), stand(worker));
    }
    return stands;
  }

  private static Stand stand(WorkerInfo worker) {
    if (worker.getTakenUnixNanos() > 0) {
      return Stand.TAKEN;
    }
    if (worker.getLeaving()) {
      return Stand.LEAVES;
    }
    return worker.getTakenUnixNanos() < 0 ? Stand.LIKELY_TAKEN : Stand.STAYS;
  }

  @Override
  public Keeper.Pass pass() {
    JoinToken token = client.makeToken(patience.multipliedBy(2), 1, true);
    return new Keeper.Pass() {

      @Override
      public String text() {
        return token.text();
      }

      @Override
      public void expect(Collection<String> instances) {
        client.expect(token.id(), instances);
      }
    };
  }

  @Override
  public Distribution distribution(Distribution before) {
    if (before.object().isEmpty()) {
      return before;
    }
    try (DistributionBucket bucket = DistributionBucket.in(Optional.of(region))) {
      return bucket.signed(before.object().get(), before.sha256(), patience.multipliedBy(2));
    }
  }

  @Override
  public void drain(String worker) {
    client.drain(worker);
  }

  @Override
  public void bill(List<FleetInstance> instances) {
    var changed = new ArrayList<Machine>();
    Instant now = Instant.now();
    for (FleetInstance each : instances) {
      Machine before = told.get(each.id());
      Optional<Instant> ended = each.isAlive()
          ? Optional.empty()
          : Optional.of(each.ended().orElse(now));
      boolean isKnown = before != null
          && (each.isAlive() || before.getEndedUnixNanos() != 0);
      if (!isKnown) {
        changed.add(Billing.machine(each, region, prices, ended));
      }
    }
    if (!changed.isEmpty()) {
      client.bill(BillRequest.newBuilder().addAllMachines(changed).build());
      changed.forEach(machine -> told.put(machine.getWorkerName(), machine));
    }
    told.keySet().retainAll(instances.stream().map(FleetInstance::id).toList());
  }
}
