package dev.muster.ec2;

import dev.muster.deploy.spawn.FleetName;
import dev.muster.deploy.spawn.Machine;
import dev.muster.deploy.spawn.Machine.State;
import dev.muster.deploy.spawn.WorkerPlace;
import java.util.List;

/** A fleet on EC2 as a place that workers come from, like any other. Closes what it stands on. */
public final class Ec2Place implements WorkerPlace {

  private final Ec2Fleet fleets;
  private final String fleet;

  public Ec2Place(Ec2Fleet fleets, FleetName fleet) {
    this.fleets = fleets;
    this.fleet = fleet.text();
  }

  @Override
  public List<Machine> machines(List<String> workers) {
    return fleets.instances(workers)
        .stream()
        .map(each -> new Machine(each.id(), state(each)))
        .toList();
  }

  private static State state(FleetInstance instance) {
    if (!instance.isAlive()) {
      return State.ENDED;
    }
    return instance.state().equals("running") ? State.RUNNING : State.PENDING;
  }

  /** The end of its console. */
  @Override
  public String lastWords(String worker) {
    return fleets.console(worker);
  }

  @Override
  public void end(List<String> workers) {
    fleets.terminate(workers);
  }

  @Override
  public List<String> leftovers() {
    return fleets.leftovers(fleet).all().toList();
  }

  @Override
  public List<String> endAll() {
    return fleets.end(fleet).all().toList();
  }

  /** Its instances that live, as EC2 tells of them now. */
  public List<FleetInstance> alive() {
    return fleets.instances(fleet).stream().filter(FleetInstance::isAlive).toList();
  }

  /** What those of these that are spot instances have cost, as {@link Ec2Fleet#spotPrices(java.util.Collection)}. */
  public SpotPrices spotPrices(List<FleetInstance> instances) {
    return fleets.spotPrices(instances);
  }

  /** The region that it is in. */
  public String region() {
    return fleets.region();
  }

  @Override
  public String where() {
    return "in " + fleets.region();
  }

  @Override
  public String proof() {
    return "EC2 lists no instance, volume, launch template or security group of it any more.";
  }

  @Override
  public void close() {
    fleets.close();
  }
}
