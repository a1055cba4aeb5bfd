package dev.muster.cli.fleet;

import dev.muster.cli.rpc.ControlClient;
import dev.muster.ec2.FleetInstance;
import dev.muster.ec2.Keeper;
import dev.muster.ec2.Upkeep.Stand;
import dev.muster.trust.JoinToken;
import dev.muster.v1.WorkerInfo;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A coordinator, as a keeper of its fleets sees it. */
final class FleetHost implements Keeper.Host {

  private final ControlClient client;
  private final Duration patience;

  /** @param patience how long an instance may take to join */
  FleetHost(ControlClient client, Duration patience) {
    this.client = client;
    this.patience = patience;
  }

  @Override
  public Map<String, Stand> workers() {
    var stands = new HashMap<String, Stand>();
    for (WorkerInfo worker : client.list().getWorkerInfosList()) {
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
  public void drain(String worker) {
    client.drain(worker);
  }

  @Override
  public void bill(List<FleetInstance> instances) {
    // The meter hears of them when it is there.
  }
}
