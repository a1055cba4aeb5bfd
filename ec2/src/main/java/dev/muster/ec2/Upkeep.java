package dev.muster.ec2;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is to be done so that fleets stay as they were ordered: a decision about what EC2 and the coordinator
 * tell, without a memory of its own. What was launched in place of what stands in EC2's tags.
 *
 * @param instances all of all fleets, as EC2 tells of them
 * @param workers those that have joined, by the ids of their instances, and what is known of their end
 * @param known the ids of all instances that have ever joined here: fleets that none of them is of are
 *     somebody else's
 */
public record Upkeep(
    List<FleetInstance> instances, Map<String, Stand> workers, Set<String> known) {

  /** How it stands with a worker that has joined. */
  public enum Stand {
    /** Nothing is known of its end. */
    STAYS,
    /** Its machine is likely to be taken back; nobody says when. */
    LIKELY_TAKEN,
    /** Its machine will be taken back, and it leaves for that reason. */
    TAKEN,
    /** It leaves for another reason. */
    LEAVES
  }

  public Upkeep {
    instances = List.copyOf(instances);
    workers = Map.copyOf(workers);
    known = Set.copyOf(known);
  }

  /**
   * Those in whose place another is to be launched: what is taken back, or was, and what was launched in such
   * a place and ended before it joined, or did not join in time. Of these chains each is replaced once.
   *
   * @param patience how long an instance may take from its launch to its hello
   */
  public List<FleetInstance> toReplace(Instant now, Duration patience) {
    Set<String> replaced = instances.stream()
        .flatMap(each -> each.replaces().stream())
        .collect(Collectors.toSet());
    return ours()
        .filter(each -> !replaced.contains(each.id()))
        .filter(each -> isTaken(each) || (isLost(each, now, patience) && !isSecond(each)))
        .toList();
  }

  /** Those in their place that have not joined in time: nobody waits for them any more. */
  public List<FleetInstance> toEnd(Instant now, Duration patience) {
    return ours().filter(FleetInstance::isAlive)
        .filter(each -> isLost(each, now, patience))
        .toList();
  }

  /** Those that are likely to be taken back, and whose place another has taken by now. */
  public List<String> toDrain() {
    var drained = new ArrayList<String>();
    for (FleetInstance each : instances) {
      Optional<String> taken = each.replaces();
      if (taken.isPresent() && workers.containsKey(each.id())
          && workers.get(taken.get()) == Stand.LIKELY_TAKEN) {
        drained.add(taken.get());
      }
    }
    return drained;
  }

  /** All instances of the fleets of which some have joined here, in whatever state. */
  public Stream<FleetInstance> ours() {
    Set<String> fleets = new HashSet<>();
    for (FleetInstance each : instances) {
      if (known.contains(each.id()) || workers.containsKey(each.id())) {
        fleets.add(each.fleet());
      }
    }
    return instances.stream().filter(each -> fleets.contains(each.fleet()));
  }

  private boolean isTaken(FleetInstance instance) {
    Stand stand = workers.get(instance.id());
    return stand == Stand.TAKEN || stand == Stand.LIKELY_TAKEN || instance.reclaimed();
  }

  /** Only of those that replace others: whoever spawns a fleet waits for the rest. */
  private boolean isLost(FleetInstance instance, Instant now, Duration patience) {
    return instance.replaces().isPresent()
        && !workers.containsKey(instance.id())
        && !known.contains(instance.id())
        && (!instance.isAlive() || instance.launched().plus(patience).isBefore(now));
  }

  /** Whether it replaces one that was to replace another, and has not joined. */
  private boolean isSecond(FleetInstance instance) {
    return instance.replaces()
        .flatMap(id -> instances.stream().filter(each -> each.id().equals(id)).findFirst())
        .filter(before -> before.replaces().isPresent() && !known.contains(before.id()))
        .isPresent();
  }
}
