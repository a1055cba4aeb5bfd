package dev.muster.coordinator.run;

import dev.muster.plan.RunPlan;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;

/**
 * The most requests that arrivals can send: an upper bound for what a lost worker of an open run did out
 * of sight. Each arrival does one task, once. That holds for all arrivals since the start, however late
 * their worker was; so what it has told is taken off this, and not off a span of time.
 *
 * @param requests the most of any task
 */
public record ArrivalLimit(long requests) {

  /** The limit of each arrival of {@code run}. */
  public static ArrivalLimit of(RunPlan run) {
    return new ArrivalLimit(
        run.scenarios()
            .stream()
            .flatMap(scenario -> scenario.tasks().stream())
            .mapToLong(ArrivalLimit::requests)
            .max()
            .orElse(0));
  }

  private static long requests(Task task) {
    return task.steps().stream().filter(Step.Request.class::isInstance).count();
  }

  /** At least what {@code arrivals} arrivals send. */
  public long most(long arrivals) {
    return arrivals * requests;
  }
}
