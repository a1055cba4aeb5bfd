package dev.muster.plan.load;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The load of a plan, in the closed model: how many users, when.
 *
 * @param users for each run the most users that it has; at least one number, each at least 1
 * @param shape how they come and go
 * @param duration from the start instant to the stop of the last user; positive
 * @param drain how long requests in flight at the end may take, or null for as long as their own
 *     timeouts allow
 */
public record Load(
    List<Integer> users,
    Shape shape,
    Duration duration,
    @Nullable Duration drain) {

  public Load {
    users = List.copyOf(users);
    if (users.isEmpty() || users.stream().anyMatch(count -> count < 1)) {
      throw new IllegalArgumentException("a load needs at least one user");
    }
  }

  /** How users come and go. */
  public sealed interface Shape {}

  /**
   * Users start and stay.
   *
   * @param spawn one user starts each {@code 1/spawn}, the first at once; null: all at once
   * @param steps the target rises in steps, or null when it is all users from the start
   */
  public record Spawn(@Nullable Rate spawn, @Nullable Steps steps) implements Shape {}

  /**
   * The target rises by {@code users} at 0, {@code every}, 2 {@code every}, … until it is all users.
   *
   * @param users at least one user, as a number or a part of all
   * @param every positive
   */
  public record Steps(Amount users, Duration every) {}

  /** Straight ramps, one after another, up or down; the first begins at no users. */
  public record Stages(List<Stage> stages) implements Shape {

    public Stages {
      stages = List.copyOf(stages);
    }
  }

  /**
   * A ramp from where the last one ended.
   *
   * @param users where it ends
   * @param over how long it takes; 0 for a jump
   */
  public record Stage(Amount users, Duration over) {}

  /** Who runs when, in a run of {@code count} users. */
  public LoadProfile profile(int count) {
    return switch (shape) {
      case Spawn spawn -> SpawnProfile.of(count, spawn, duration.toNanos());
      case Stages stages -> StagedProfile.of(count, stages.stages(), duration.toNanos());
    };
  }
}
