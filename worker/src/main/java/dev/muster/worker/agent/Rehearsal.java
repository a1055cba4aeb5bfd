package dev.muster.worker.agent;

import dev.muster.plan.Experiment;
import dev.muster.plan.HttpOptions;
import dev.muster.plan.Plan;
import dev.muster.plan.Precision;
import dev.muster.plan.RunPlan;
import dev.muster.plan.TlsOptions;
import dev.muster.plan.load.Load;
import dev.muster.plan.load.Rate;
import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;
import dev.muster.plan.scenario.Template;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What a worker sends to a stand-in to become warm: the code of a plan, at another pace. Requests, checks
 * and the way they travel are the plan's; its waits are short, so that much is sent in the time.
 */
final class Rehearsal {

  /** How many users send, of the closed model. */
  private static final int USERS = 16;

  /** How many arrive in a second, of the open one: more than cold code can do, and what warm code can. */
  private static final int ARRIVALS = 30_000;

  /** How many of them may be there at once, lest a crowd that is late open a connection each. */
  private static final int CROWD = 256;

  /** How long it takes. */
  static final Duration LENGTH = Duration.ofMillis(75);

  /** Not none, so that timers are used. */
  private static final Step.Think THINK = new Step.Think(Duration.ZERO, Duration.ofNanos(100_000));

  private Rehearsal() {}

  /** What is rehearsed while no plan is known. */
  static Plan general() {
    var get = new Step.Request(
        Step.Method.GET,
        new Template(
            List.of(new Template.Literal("/"), new Template.RandomInteger(1, 1_000))),
        "/", List.of(), null, null, List.of());
    var scenario = new Scenario(
        "warm-up", 1, List.of(new Task("warm-up", 1, List.of(get, get, get, THINK))), null);
    return new Plan(
        "warm-up", URI.create("http://127.0.0.1"), 1, Precision.HIGH, HttpOptions.defaults(),
        List.of(scenario),
        new Load.Closed(List.of(USERS), new Load.Spawn(null, null), LENGTH, null));
  }

  /** The rehearsal of {@code plan} with a stand-in at {@code target}. */
  static RunPlan of(Plan plan, URI target) {
    HttpOptions http = plan.http();
    var rehearsed = new Plan(
        plan.name(), target, plan.seed(), plan.precision(),
        new HttpOptions(
            http.connections(), http.version(), http.streams(), http.connectTimeout(),
            http.timeout(), http.headers(), new TlsOptions(null, true)),
        plan.scenarios().stream().map(Rehearsal::quick).toList(), quick(plan.load()));
    return Experiment.of(rehearsed).runs().getFirst();
  }

  private static Load quick(Load load) {
    return switch (load) {
      case Load.Closed _ -> new Load.Closed(
          List.of(USERS), new Load.Spawn(null, null), LENGTH, Duration.ZERO);
      case Load.Open open -> new Load.Open(
          List.of(new Rate(ARRIVALS, 1_000_000_000)), open.arrivals(),
          open.maxUsers() == null ? CROWD : Math.min(CROWD, open.maxUsers()),
          LENGTH, Duration.ZERO);
    };
  }

  private static Scenario quick(Scenario scenario) {
    return new Scenario(
        scenario.name(), scenario.weight(),
        scenario.tasks().stream().map(Rehearsal::quick).toList(),
        scenario.pacing() == null ? null : THINK.atMost());
  }

  private static Task quick(Task task) {
    return new Task(
        task.name(), task.weight(),
        task.steps()
            .stream()
            .map(step -> step instanceof Step.Think ? THINK : step)
            .toList());
  }
}
