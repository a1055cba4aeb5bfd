package dev.muster.plan;

import dev.muster.plan.load.Load;
import dev.muster.plan.scenario.Scenario;
import java.net.URI;
import java.util.List;

/**
 * A plan that has been read and checked: everything that must be known to send its load.
 *
 * @param name letters, digits, {@code _}, {@code -} and {@code .}; names the results
 * @param target scheme http or https, a host, and no path, query or fragment
 * @param seed from which, with the lane's number, every random choice follows
 * @param http how requests travel
 * @param scenarios at least one; a user follows one of them for the whole run
 * @param load how many users, when
 */
public record Plan(
    String name,
    URI target,
    long seed,
    HttpOptions http,
    List<Scenario> scenarios,
    Load load) {

  public Plan {
    scenarios = List.copyOf(scenarios);
    if (scenarios.isEmpty()) {
      throw new IllegalArgumentException("a plan needs at least one scenario");
    }
  }
}
