package dev.muster.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * One submission of a plan: a run for each of its numbers of users, or of its rates, in the order
 * written.
 *
 * @param plan the plan
 * @param runs at least one
 */
public record Experiment(Plan plan, List<RunPlan> runs) {

  public Experiment {
    runs = List.copyOf(runs);
  }

  /** The experiment that {@code plan} describes. */
  public static Experiment of(Plan plan) {
    var runs = new ArrayList<RunPlan>();
    for (int index = 0; index < plan.load().sizes().size(); index++) {
      runs.add(new RunPlan(index, plan));
    }
    return new Experiment(plan, runs);
  }
}
