package dev.muster.plan;

import dev.muster.plan.load.LoadProfile;
import dev.muster.plan.load.LoadSize;
import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;
import java.util.List;

/**
 * One run of an experiment.
 *
 * @param index which of the experiment's runs, counted from 0
 * @param plan the plan that it belongs to
 */
public record RunPlan(int index, Plan plan) {

  /** The run's name, such as {@code three_tier_50}; also the name of its results. */
  public String name() {
    return plan.name() + "_" + size().text();
  }

  /** How large its load is. */
  public LoadSize size() {
    return plan.load().sizes().get(index);
  }

  /** The number of its lanes. */
  public int lanes() {
    return plan.load().lanes(index);
  }

  /** Who runs when. */
  public LoadProfile profile() {
    return plan.load().profile(index);
  }

  /**
   * The scenario of each user: user or arrival <i>i</i> follows the scenario whose index stands at
   * <i>i</i> mod the array's length. The array is as short as the weights allow, holds each scenario
   * as often as its weight asks, and spreads them evenly, so that every ramp has the mix of the whole.
   */
  public int[] scenarioCycle() {
    return WeightedCycle.of(plan.scenarios().stream().mapToInt(Scenario::weight).toArray());
  }

  /**
   * The least time that a user takes for a request, over a task of any scenario, when every answer
   * comes at once; in nanoseconds. 0 where nothing is waited for.
   */
  public long leastNanosPerRequest() {
    long least = Long.MAX_VALUE;
    for (Scenario scenario : scenarios()) {
      long pacing = scenario.pacing() == null ? 0 : scenario.pacing().toNanos();
      for (Task task : scenario.tasks()) {
        long thinks = 0;
        long requests = 0;
        for (Step step : task.steps()) {
          switch (step) {
            case Step.Request _ -> requests++;
            case Step.Think think -> thinks += think.atLeast().toNanos();
          }
        }
        least = Math.min(least, Math.max(pacing, thinks) / requests);
      }
    }
    return least;
  }

  /** The scenarios of the plan. */
  public List<Scenario> scenarios() {
    return plan.scenarios();
  }
}
