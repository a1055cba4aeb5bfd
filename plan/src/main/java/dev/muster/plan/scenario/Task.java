package dev.muster.plan.scenario;

import java.util.List;

/**
 * One of the things that a user of a scenario may do in an iteration.
 *
 * @param name unique in its scenario
 * @param weight how often it is drawn, at least 1, relative to the scenario's other tasks
 * @param steps followed in order; at least one is a request
 */
public record Task(String name, int weight, List<Step> steps) {

  public Task {
    steps = List.copyOf(steps);
    if (weight < 1 || steps.stream().noneMatch(Step.Request.class::isInstance)) {
      throw new IllegalArgumentException("a task needs a weight of 1 or more and a request");
    }
  }
}
