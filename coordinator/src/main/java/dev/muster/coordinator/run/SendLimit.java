package dev.muster.coordinator.run;

import dev.muster.plan.RunPlan;
import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;

/**
 * The most requests that users can send in a span of time: an upper bound for what a lost worker did
 * out of sight.
 *
 * <p>Let a task have n requests. Whoever does it takes, for each of them, at least its n-th part of
 * the task's think times or pacing, and at least as long as the quickest answer takes; call the least of
 * that over all tasks the cycle. Tasks that begin and end within a span of T have at most T / cycle
 * requests. The span may cut one task at each end: that adds a task's requests twice, or once where
 * every task is the same, as what is cut off on one side is then missing on the other.
 *
 * @param burst requests that a user can send at once, at a task's end and at the next one's begin
 * @param leastNanosPerRequest by the plan, when every answer comes at once
 */
public record SendLimit(long burst, long leastNanosPerRequest) {

  /** The limit of each user of {@code run}. */
  public static SendLimit of(RunPlan run) {
    long burst = 0;
    for (Scenario scenario : run.scenarios()) {
      long most = scenario.tasks().stream().mapToLong(SendLimit::requests).max().orElse(0);
      burst = Math.max(burst, scenario.tasks().size() == 1 ? most : 2 * most);
    }
    return new SendLimit(burst, run.leastNanosPerRequest());
  }

  private static long requests(Task task) {
    return task.steps().stream().filter(Step.Request.class::isInstance).count();
  }

  /**
   * At least what {@code users} users send in {@code nanos}, as long as no answer is quicker than
   * {@code quickestNanos}. Where a plan waits for nothing and no answer has been measured, nothing
   * limits them; the burst alone is counted then.
   *
   * @param quickestNanos of any answer; 0 when none is known
   */
  public long most(long users, long nanos, long quickestNanos) {
    long cycle = Math.max(leastNanosPerRequest, quickestNanos);
    double perUser = burst + (cycle == 0 ? 0 : Math.max(0, nanos) / (double) cycle);
    return (long) Math.ceil(users * perUser);
  }
}
