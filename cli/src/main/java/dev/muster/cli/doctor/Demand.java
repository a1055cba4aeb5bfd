package dev.muster.cli.doctor;

import dev.muster.plan.Expectation;
import dev.muster.plan.Experiment;
import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.Plan;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.Life;
import dev.muster.plan.load.Load;
import dev.muster.plan.load.UserProfile;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.OptionalInt;

/**
 * What the largest run of a plan asks of the machine that sends it.
 *
 * @param connections the most that may be open at a time; empty in the open model, if it sets no limit
 * @param newConnections whether connections are not kept, but made anew for each request or arrival
 * @param requestsPerSecond of all users together, if every answer came at once; infinite when nothing is
 *     waited for
 * @param target where it goes
 */
public record Demand(
    OptionalInt connections, boolean newConnections, double requestsPerSecond, URI target) {

  /** What {@code plan} asks. */
  public static Demand of(Plan plan) {
    RunPlan largest = Experiment.of(plan)
        .runs()
        .stream()
        .max(Comparator.comparing(RunPlan::size))
        .orElseThrow();
    Connections connections = plan.connections();
    double requests = Expectation.of(largest, Duration.ZERO).requests();
    return switch (plan.load()) {
      case Load.Closed closed -> new Demand(
          OptionalInt.of(connections(plan, largest.size().users())),
          connections == Connections.PER_REQUEST,
          requests / userSeconds(closed.profile(largest.index())) * largest.size().users(),
          plan.target());
      case Load.Open open -> new Demand(
          open.maxUsers() == null
              ? OptionalInt.empty()
              : OptionalInt.of(connections(plan, open.maxUsers())),
          connections != Connections.SHARED, requests / (open.duration().toNanos() / 1e9),
          plan.target());
    };
  }

  /** Whether the target is on this machine. */
  boolean targetIsHere() {
    return target.getHost().equals("localhost") || target.getHost().startsWith("127.");
  }

  /** Each user may need one, unless many share one by HTTP/2. */
  private static int connections(Plan plan, int users) {
    boolean share = plan.http().version() == Version.HTTP_2
        && plan.connections() == Connections.SHARED;
    return share ? Math.ceilDiv(users, plan.http().streams()) : users;
  }

  /** How long all users together are there, so that a ramp is asked for what it reaches. */
  private static double userSeconds(UserProfile profile) {
    double seconds = 0;
    for (int user = 0; user < profile.users(); user++) {
      for (Life life : profile.lives(user)) {
        seconds += (life.stopNanos() - life.startNanos()) / 1e9;
      }
    }
    return seconds;
  }
}
