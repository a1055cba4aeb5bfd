package dev.muster.plan.load;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The load of a plan, in one of two models. Each makes a run for every number in its list.
 *
 * <pre>
 *   closed   so many users, who send again and again; one who waits for an answer sends nothing else,
 *            so a slow target gets fewer requests
 *   open     so many arrivals in a time, each a user that comes once, whatever the answers do; a slow
 *            target gets as many requests, and more users are there at once
 * </pre>
 */
public sealed interface Load {

  /** From the start instant to the end of the load, at which nothing is due any more; positive. */
  Duration duration();

  /**
   * How long requests in flight at the end may take, or null for as long as their own timeouts allow.
   */
  @Nullable
  Duration drain();

  /** How large the load of each run is; at least one, no two alike. */
  List<LoadSize> sizes();

  /**
   * Who runs when in a run.
   *
   * @param run its index, below the number of {@link #sizes}
   */
  LoadProfile profile(int run);

  /** How many lanes each run has. */
  default int lanes(int run) {
    return switch (this) {
      case Closed closed -> closed.users().get(run);
      case Open _ -> ArrivalProfile.LANES;
    };
  }

  /**
   * So many users, who stay.
   *
   * @param users for each run the most users that it has; at least one number, each at least 1
   * @param shape how they come and go
   */
  record Closed(List<Integer> users, Shape shape, Duration duration, @Nullable Duration drain)
      implements
        Load {

    public Closed {
      users = List.copyOf(users);
      if (users.isEmpty() || users.stream().anyMatch(count -> count < 1)) {
        throw new IllegalArgumentException("a load needs at least one user");
      }
    }

    @Override
    public List<LoadSize> sizes() {
      return users.stream().<LoadSize>map(LoadSize.Users::new).toList();
    }

    @Override
    public UserProfile profile(int run) {
      return switch (shape) {
        case Spawn spawn -> SpawnProfile.of(users.get(run), spawn, duration.toNanos());
        case Stages stages ->
          StagedProfile.of(users.get(run), stages.stages(), duration.toNanos());
      };
    }
  }

  /**
   * So many arrivals in a time.
   *
   * @param rates for each run how many arrive; at least one
   * @param arrivals how they are spread over time
   * @param maxUsers how many of them may run at once, at least 1; one more that comes is dropped. Null
   *     for no such limit
   */
  record Open(
      List<Rate> rates,
      Arrivals arrivals,
      @Nullable Integer maxUsers,
      Duration duration,
      @Nullable Duration drain) implements Load {

    public Open {
      rates = List.copyOf(rates);
      if (rates.isEmpty() || (maxUsers != null && maxUsers < 1)) {
        throw new IllegalArgumentException("a load needs a rate, and a place for a user");
      }
    }

    @Override
    public List<LoadSize> sizes() {
      return rates.stream().<LoadSize>map(LoadSize.ArrivalRate::of).toList();
    }

    @Override
    public ArrivalProfile profile(int run) {
      return new ArrivalProfile(rates.get(run), arrivals, maxUsers, duration.toNanos());
    }
  }

  /** How arrivals are spread over time. */
  enum Arrivals {
    /** One each 1/rate, the first at the start instant. */
    REGULAR,
    /** At random, each without regard to the others: a Poisson process, as of many who act alone. */
    POISSON
  }

  /** How the users of the closed model come and go. */
  sealed interface Shape {}

  /**
   * Users start and stay.
   *
   * @param spawn one user starts each {@code 1/spawn}, the first at once; null: all at once
   * @param steps the target rises in steps, or null when it is all users from the start
   */
  record Spawn(@Nullable Rate spawn, @Nullable Steps steps) implements Shape {}

  /**
   * The target rises by {@code users} at 0, {@code every}, 2 {@code every}, … until it is all users.
   *
   * @param users at least one user, as a number or a part of all
   * @param every positive
   */
  record Steps(Amount users, Duration every) {}

  /** Straight ramps, one after another, up or down; the first begins at no users. */
  record Stages(List<Stage> stages) implements Shape {

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
  record Stage(Amount users, Duration over) {}
}
