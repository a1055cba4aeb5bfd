package dev.muster.cli.fleet;

import dev.muster.cli.rpc.ControlClient;
import dev.muster.ec2.Distribution;
import dev.muster.ec2.DistributionBucket;
import dev.muster.ec2.Ec2Fleet;
import dev.muster.ec2.Ec2Problem;
import dev.muster.ec2.FleetInstance;
import dev.muster.ec2.Keeper;
import dev.muster.ec2.Prices;
import dev.muster.ec2.SpotPrices;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A coordinator, as a keeper of its fleets sees it. For one thread. */
final class FleetHost implements Keeper.Host {

  private static final Logger LOG = LoggerFactory.getLogger(FleetHost.class);

  /** How old what EC2 said of spot prices may be: they change some times a day. */
  private static final Duration PRICES_GOOD_FOR = Duration.ofMinutes(10);

  private final ControlClient client;
  private final Ec2Fleet fleets;
  private final Duration patience;
  private final Prices prices = KnownPrices.read();

  /** What the meter was told of. */
  private final Map<String, Machine> told = new HashMap<>();

  private SpotPrices spot = SpotPrices.NONE;
  private Instant spotAsked = Instant.MIN;

  /**
   * @param fleets those that it is to have
   * @param patience how long an instance may take to join
   */
  FleetHost(ControlClient client, Ec2Fleet fleets, Duration patience) {
    this.client = client;
    this.fleets = fleets;
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
    try (DistributionBucket bucket = DistributionBucket.in(Optional.of(fleets.region()))) {
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
    askForSpotPrices(instances, now);
    for (FleetInstance each : instances) {
      Machine before = told.get(each.id());
      if (before != null && before.getEndedUnixNanos() != 0) {
        continue;
      }
      Optional<Instant> ended = each.isAlive()
          ? Optional.empty()
          : Optional.of(each.ended().orElse(now));
      Machine machine = Billing.machine(each, fleets.region(), prices, spot, ended);
      if (!machine.equals(before)) {
        changed.add(machine);
      }
    }
    if (!changed.isEmpty()) {
      client.bill(BillRequest.newBuilder().addAllMachines(changed).build());
      changed.forEach(machine -> told.put(machine.getWorkerName(), machine));
    }
    told.keySet().retainAll(instances.stream().map(FleetInstance::id).toList());
  }

  /** Now and then, and when there is one of which nothing was told; without an answer all count as on demand. */
  private void askForSpotPrices(List<FleetInstance> instances, Instant now) {
    List<FleetInstance> billed = instances.stream()
        .filter(each -> each.isAlive() || !told.containsKey(each.id()))
        .filter(FleetInstance::spot)
        .toList();
    boolean isNews = billed.stream().anyMatch(each -> !told.containsKey(each.id()));
    if (billed.isEmpty() || (!isNews && now.isBefore(spotAsked.plus(PRICES_GOOD_FOR)))) {
      return;
    }
    spotAsked = now;
    try {
      spot = fleets.spotPrices(instances);
    } catch (Ec2Problem e) {
      LOG.warn(
          "What spot instances cost is not known, so they count as if they were on demand. {}",
          e.getMessage());
      spot = SpotPrices.NONE;
    }
    // Told again even where nothing has changed: 'spawn' may have told the meter since, as if on demand.
    told.values().removeIf(machine -> machine.getEndedUnixNanos() == 0);
  }
}
