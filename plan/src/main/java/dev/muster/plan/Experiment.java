package dev.muster.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * One submission of a plan: a run for each of its numbers of users, in the order written.
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
    for (int users : plan.load().users()) {
      runs.add(new RunPlan(runs.size(), users, plan));
    }
    return new Experiment(plan, runs);
  }
}
