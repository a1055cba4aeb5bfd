package dev.muster.plan;

import dev.muster.plan.RequestCount.TaskTimes;
import dev.muster.plan.RequestCount.Wait;
import dev.muster.plan.load.ArrivalProfile;
import dev.muster.plan.load.Load.Arrivals;
import dev.muster.plan.scenario.Scenario;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How many requests the arrivals of an open run send before its end.
 *
 * <p>Let request j, counted from 1, of an iteration be due O<sub>j</sub> after its arrival, and A(s) be
 * the number of requests of an iteration that are due before s. Then E[A(s)] = Σ P(O<sub>j</sub> &lt; s),
 * and E[A²(s)] = Σ (2j−1)·P(O<sub>j</sub> &lt; s), because the requests come in order. With an end at d
 * and arrivals at t:
 *
 * <pre>
 *   regular   mean Σ E[A(d−t)]      variance Σ (E[A²(d−t)] − E[A(d−t)]²)     over the arrivals
 *   poisson   mean λ ∫ E[A(s)] ds   variance λ ∫ E[A²(s)] ds                 over 0 … d
 * </pre>
 *
 * <p>The latter is Campbell's theorem (Kingman, Poisson Processes, 1993, 3.2). Exchanging the sums makes
 * of each a sum over what O<sub>j</sub> may be: arrivals before d − O<sub>j</sub> have sent request j.
 * Where the lanes of poisson arrivals go through several scenarios, the spread is a little less.
 */
final class ArrivalExpectation {

  /** Cells for a mean iteration; as many as make the mean exact to 1 in 100,000. */
  private static final int CELLS_PER_ITERATION = 200;

  /** A request of one scenario, due {@code nanos} after the arrival with this probability. */
  private record Due(int request, double nanos, double probability) {}

  /** How many arrivals of one scenario are due before an instant. */
  private interface Count {
    double before(double nanos);
  }

  private final Arrivals arrivals;
  private final double endNanos;
  private double mean;
  private double variance;

  private ArrivalExpectation(Arrivals arrivals, long endNanos) {
    this.arrivals = arrivals;
    this.endNanos = endNanos;
  }

  static Expectation of(RunPlan run, ArrivalProfile profile, long answerNanos, long endNanos) {
    var sum = new ArrivalExpectation(profile.arrivals(), endNanos);
    int[] cycle = run.scenarioCycle();
    for (int scenario = 0; scenario < run.scenarios().size(); scenario++) {
      sum.add(
          dues(run.scenarios().get(scenario), answerNanos), count(profile, cycle, scenario));
    }
    return new Expectation(sum.mean, Math.sqrt(Math.max(0, sum.variance)));
  }

  private static Count count(ArrivalProfile profile, int[] cycle, int scenario) {
    var places = new ArrayList<Integer>();
    for (int place = 0; place < cycle.length; place++) {
      if (cycle[place] == scenario) {
        places.add(place);
      }
    }
    return switch (profile.arrivals()) {
      case REGULAR -> nanos -> {
        long all = profile.regularBefore((long) Math.ceil(nanos));
        double ofScenario = 0;
        for (int place : places) {
          ofScenario += ArrivalProfile.everyNth(place, cycle.length, all);
        }
        return ofScenario;
      };
      case POISSON -> nanos -> nanos * profile.rate().count() / profile.rate().perNanos()
          * places.size() / cycle.length;
    };
  }

  private void add(List<Due> dues, Count count) {
    double squares = 0;
    double whole = count.before(endNanos);
    double mostDue = 0;
    for (Due due : dues) {
      // Those who arrived before this instant have sent the request.
      double sent = due.nanos() < endNanos ? count.before(endNanos - due.nanos()) : 0;
      mean += due.probability() * sent;
      variance += due.probability() * (2 * due.request() - 1) * sent;
      // Between this time and the one before it, an iteration lets expect the same number.
      squares += mostDue * mostDue * (whole - sent);
      mostDue += due.probability();
      whole = sent;
    }
    if (arrivals == Arrivals.REGULAR) {
      variance -= squares + mostDue * mostDue * whole;
    }
  }

  /** When each request of a scenario may be due, in order of time. */
  private static List<Due> dues(Scenario scenario, long answerNanos) {
    List<TaskTimes> tasks = scenario.tasks()
        .stream()
        .map(task -> TaskTimes.of(task, answerNanos))
        .toList();
    double weights = tasks.stream().mapToInt(TaskTimes::weight).sum();
    var dues = new ArrayList<Due>();
    for (TaskTimes task : tasks) {
      double share = task.weight() / weights;
      double cell = task.beforeRequests().stream().mapToDouble(Wait::mean).sum()
          / CELLS_PER_ITERATION;
      double certain = 0;
      double[] drawn = GridLaw.at(0);
      for (int index = 0; index < task.beforeRequests().size(); index++) {
        Wait wait = task.beforeRequests().get(index);
        if (wait.isFixed()) {
          certain += wait.least();
        } else {
          drawn = GridLaw.plus(drawn, wait, cell);
        }
        for (int place = 0; place < drawn.length; place++) {
          if (drawn[place] > 0) {
            dues.add(new Due(index + 1, certain + place * cell, share * drawn[place]));
          }
        }
      }
    }
    dues.sort(Comparator.comparingDouble(Due::nanos));
    return dues;
  }
}
