package dev.muster.plan.scenario;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one kind of user does, again and again, or once when it comes once: each iteration takes one
 * task, by weight, and follows its steps in order.
 *
 * @param name unique in the plan
 * @param weight its part of the users, at least 1, relative to the other scenarios
 * @param tasks at least one
 * @param pacing the least time from the start of one iteration to the start of the next, or null
 *     when the next starts as soon as the last step has ended
 */
public record Scenario(String name, int weight, List<Task> tasks, @Nullable Duration pacing) {

  public Scenario {
    tasks = List.copyOf(tasks);
    if (weight < 1 || tasks.isEmpty()) {
      throw new IllegalArgumentException("a scenario needs a weight of 1 or more and a task");
    }
  }
}
