package dev.muster.plan;

import dev.muster.plan.load.LaneRandom;
import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;

/**
 * An iteration of a scenario with two tasks, of weights 3 and 1, played through step by step.
 *
 * @param requests those due before the end of the load
 * @param endMillis when its last step has ended
 */
record PlayedIteration(long requests, double endMillis) {

  /** One that begins at {@code beginMs}, where each answer takes {@code answerMs}. */
  static PlayedIteration of(
      Scenario scenario, LaneRandom random, double beginMs, long answerMs, long loadEndsMs) {
    Task task = scenario.tasks().get(random.between(1, 4) <= 3 ? 0 : 1);
    long requests = 0;
    double now = beginMs;
    for (Step step : task.steps()) {
      switch (step) {
        case Step.Request _ -> {
          requests += now < loadEndsMs ? 1 : 0;
          now += answerMs;
        }
        case Step.Think think -> now += random.between(
            think.atLeast().toNanos(), think.atMost().toNanos()) / 1e6;
      }
    }
    return new PlayedIteration(requests, now);
  }
}
