package dev.muster.plan;

import java.util.List;

/** What came of reading a plan file. */
public sealed interface PlanReading {

  /** A plan without a problem. */
  @SuppressWarnings("AvoidCommonTypeNames") // is always written PlanReading.Readable
  record Readable(Plan plan) implements PlanReading {}

  /**
   * No plan.
   *
   * @param problems all that were found, by place; at least one
   */
  record Unreadable(List<PlanProblem> problems) implements PlanReading {

    public Unreadable {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("a plan without problems is readable");
      }
    }
  }
}
