package dev.muster.plan;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
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
 * @param precision how closely requests follow the instants at which they are due
 * @param http how requests travel
 * @param scenarios at least one; a user follows one of them for as long as it is there
 * @param load how many users or arrivals, when
 */
public record Plan(
    String name,
    URI target,
    long seed,
    Precision precision,
    HttpOptions http,
    List<Scenario> scenarios,
    Load load) {

  public Plan {
    scenarios = List.copyOf(scenarios);
    if (scenarios.isEmpty()) {
      throw new IllegalArgumentException("a plan needs at least one scenario");
    }
  }

  /**
   * Who shares a connection: as was asked, else each user its own in the closed model over HTTP/1.1, as
   * browsers do, and all any in the open one, as a crowd comes to a service through its proxy; and over
   * HTTP/2, which was made for that.
   */
  public Connections connections() {
    Connections asked = http.connections();
    return asked != null ? asked : switch (load) {
      case Load.Closed _ when http.version() == Version.HTTP_1_1 -> Connections.PER_USER;
      case Load.Closed _,Load.Open _ -> Connections.SHARED;
    };
  }
}
