package dev.muster.deploy.spawn;

import dev.muster.deploy.spawn.Machine.State;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who of the workers that were launched has come.
 *
 * @param launched names of all of them
 * @param machines as their place last told of them; one that it does not tell of yet is not among them
 * @param joined names of workers at the coordinator
 */
record Arrivals(List<String> launched, List<Machine> machines, Set<String> joined) {

  Arrivals {
    launched = List.copyOf(launched);
    machines = List.copyOf(machines);
    joined = Set.copyOf(joined);
  }

  /** Those that have said hello. */
  List<String> arrived() {
    return launched.stream().filter(joined::contains).toList();
  }

  /** Those that run, whether they have said hello or not. */
  List<String> running() {
    return in(State.RUNNING).toList();
  }

  /** Whether nobody is waited for any more. */
  boolean isComplete() {
    return awaited().isEmpty();
  }

  /** Those that may still come. */
  List<String> awaited() {
    List<String> fallen = fallen();
    return launched.stream()
        .filter(name -> !joined.contains(name) && !fallen.contains(name))
        .toList();
  }

  /** Those that ended before they came. */
  List<String> fallen() {
    return in(State.ENDED).filter(name -> !joined.contains(name)).toList();
  }

  private Stream<String> in(State state) {
    return machines.stream()
        .filter(each -> each.state() == state && launched.contains(each.name()))
        .map(Machine::name);
  }
}
