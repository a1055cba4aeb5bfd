package dev.muster.ec2;

import java.util.List;
import java.util.Set;

/**
 * Who of the instances that were launched has come.
 *
 * @param launched as EC2 last told of them; one that it does not tell of yet is not among them
 * @param ids of all that were launched
 * @param joined names of workers at the coordinator, which are instances' ids
 */
public record Arrivals(List<String> ids, List<FleetInstance> launched, Set<String> joined) {

  public Arrivals {
    ids = List.copyOf(ids);
    launched = List.copyOf(launched);
    joined = Set.copyOf(joined);
  }

  /** How many have said hello. */
  public long arrived() {
    return ids.stream().filter(joined::contains).count();
  }

  /** How many run, whether they have said hello or not. */
  public long running() {
    return launched.stream()
        .filter(each -> ids.contains(each.id()) && each.state().equals("running"))
        .count();
  }

  /** Whether nobody is waited for any more. */
  public boolean isComplete() {
    return awaited().isEmpty();
  }

  /** Those that may still come. */
  public List<String> awaited() {
    List<String> fallen = fallen();
    return ids.stream().filter(id -> !joined.contains(id) && !fallen.contains(id)).toList();
  }

  /** Those that ended before they came. */
  public List<String> fallen() {
    return launched.stream()
        .filter(each -> !each.isAlive() && ids.contains(each.id()) && !joined.contains(each.id()))
        .map(FleetInstance::id)
        .toList();
  }
}
