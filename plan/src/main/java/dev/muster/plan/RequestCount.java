package dev.muster.plan;

import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;
import java.util.ArrayList;
import java.util.List;

/** The distribution of the number of requests that are due in one life of a user. */
sealed interface RequestCount permits FixedRequestCount, RenewalRequestCount {

  /** The mean for a life of {@code nanos}, at least 1. */
  double mean(long nanos);

  /** The variance for a life of {@code nanos}, at least 1. */
  double variance(long nanos);

  /**
   * The law of a scenario when each answer takes {@code answerNanos}.
   *
   * @param longestNanos no life is longer
   */
  static RequestCount of(Scenario scenario, long answerNanos, long longestNanos) {
    List<TaskTimes> tasks = scenario.tasks()
        .stream()
        .map(task -> TaskTimes.of(task, answerNanos))
        .toList();
    long pacing = scenario.pacing() == null ? 0 : scenario.pacing().toNanos();
    if (tasks.size() == 1 && tasks.getFirst().isFixed()) {
      return FixedRequestCount.of(tasks.getFirst(), pacing);
    }
    return RenewalRequestCount.of(tasks, pacing, longestNanos);
  }

  /**
   * A task as waits: the wait before each request, counted from the end of the wait before the one
   * before it, and the wait after the last.
   */
  record TaskTimes(int weight, List<Wait> beforeRequests, Wait afterLast) {

    static TaskTimes of(Task task, long answerNanos) {
      var before = new ArrayList<Wait>();
      Wait pending = Wait.NONE;
      for (Step step : task.steps()) {
        switch (step) {
          case Step.Request _ -> {
            before.add(pending);
            pending = Wait.NONE.plus(answerNanos, answerNanos);
          }
          case Step.Think think ->
            pending = pending.plus(think.atLeast().toNanos(), think.atMost().toNanos());
        }
      }
      return new TaskTimes(task.weight(), before, pending);
    }

    boolean isFixed() {
      return afterLast.isFixed() && beforeRequests.stream().allMatch(Wait::isFixed);
    }
  }

  /** A sum of independent uniform times, in nanoseconds. */
  record Wait(List<Uniform> parts) {

    static final Wait NONE = new Wait(List.of());

    record Uniform(long atLeast, long atMost) {}

    Wait plus(long atLeast, long atMost) {
      var all = new ArrayList<>(parts);
      all.add(new Uniform(atLeast, atMost));
      return new Wait(List.copyOf(all));
    }

    boolean isFixed() {
      return parts.stream().allMatch(part -> part.atLeast() == part.atMost());
    }

    /** The mean in nanoseconds. */
    double mean() {
      return parts.stream()
          .mapToDouble(part -> (part.atLeast() + (double) part.atMost()) / 2)
          .sum();
    }

    /** The least in nanoseconds. */
    long least() {
      return parts.stream().mapToLong(Uniform::atLeast).sum();
    }
  }
}
