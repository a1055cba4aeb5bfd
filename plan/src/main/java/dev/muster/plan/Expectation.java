package dev.muster.plan;

import dev.muster.plan.load.ArrivalProfile;
import dev.muster.plan.load.Life;
import dev.muster.plan.load.LoadChanges;
import dev.muster.plan.load.UserProfile;
import dev.muster.plan.scenario.Scenario;
import java.time.Duration;
import java.util.List;

/**
 * How many requests a run lets expect: the number that a perfect generator sends, over all seeds,
 * to a target that takes the same time for every answer, if no arrival is dropped.
 *
 * @param requests the mean; infinite when nothing in the plan or the target takes time
 * @param sd the standard deviation
 */
public record Expectation(double requests, double sd) {

  /**
   * The expectation for {@code run}, when each answer takes {@code answerTime}, not negative: that is how
   * long a request keeps its user, connecting included.
   */
  public static Expectation of(RunPlan run, Duration answerTime) {
    return of(run, answerTime, run.profile().durationNanos());
  }

  /** As above, for a run whose users all stop at {@code endNanos} after the start, or before. */
  public static Expectation of(RunPlan run, Duration answerTime, long endNanos) {
    return of(run, LoadChanges.NONE, answerTime, endNanos);
  }

  /** As above, for a run whose load was changed while it was on; nothing is expected of its pauses. */
  public static Expectation of(
      RunPlan run, LoadChanges changes, Duration answerTime, long endSinceStart) {
    long endNanos = changes.clock().loadNanos(endSinceStart);
    return switch (changes.appliedTo(run.profile())) {
      case UserProfile users -> ofUsers(run, users, answerTime, endNanos);
      case ArrivalProfile arrivals -> ArrivalExpectation.of(
          run, arrivals, answerTime.toNanos(), Math.min(endNanos, arrivals.durationNanos()));
    };
  }

  private static Expectation ofUsers(
      RunPlan run, UserProfile profile, Duration answerTime, long endNanos) {
    List<Scenario> scenarios = run.scenarios();
    int[] cycle = run.scenarioCycle();
    var laws = scenarios.stream()
        .map(scenario -> RequestCount.of(scenario, answerTime.toNanos(), profile.durationNanos()))
        .toList();
    double mean = 0;
    double variance = 0;
    for (int user = 0; user < profile.users(); user++) {
      RequestCount law = laws.get(cycle[user % cycle.length]);
      for (Life life : profile.lives(user)) {
        long nanos = Math.min(life.stopNanos(), endNanos) - life.startNanos();
        if (nanos > 0) {
          mean += law.mean(nanos);
          variance += law.variance(nanos);
        }
      }
    }
    return new Expectation(mean, Math.sqrt(variance));
  }
}
