package dev.muster.plan.grammar;

import dev.muster.plan.load.Amount;
import dev.muster.plan.load.Load;
import dev.muster.plan.load.LoadSize;
import dev.muster.plan.load.Rate;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The load, as a plan writes it. */
public final class LoadShapes {

  /** So many steps are more than anyone can tell from a line, and soon calculated. */
  private static final long STEPS_MAX = 1_000_000;

  /** No number of workers that a coordinator can lead sends more. */
  private static final LoadSize RATE_MAX = new LoadSize.ArrivalRate(
      BigDecimal.valueOf(10_000_000));

  /** One after another, they would take days; each has a place in the store and in the report. */
  private static final int RUNS_MAX = 1_000;

  private static final Type<Integer> COUNT = Numbers.count(1, Numbers.USERS_MAX);
  private static final Type<Rate> ARRIVAL_RATE = Numbers.rate().then(LoadShapes::withinReach);

  private static final Field<List<Integer>> USERS = Field.optional("users",
      new ListOr<>(
          new ListOf<>(COUNT, "a list of different numbers, each at least 1", count -> count)
              .then(LoadShapes::ofFewRuns),
          COUNT.then((_, count) -> List.of(count))),
      "[50, 100, 200]", "The number of users; one run for each number of a list.");
  private static final Field<Rate> SPAWN = Field.optional("spawn", Numbers.rate(),
      "10/s", "How fast users start; all at once when not given.");

  private static final Field<Amount> STEP_USERS = Field.required("users", Numbers.amount(1),
      "10%", "How many users each step adds.");
  private static final Field<Duration> STEP_EVERY = Field.required("every", Times.positive(),
      "15s", "The time from step to step.");
  private static final Shape<Load.Steps> STEP_SHAPE = new Shape<>("load-step",
      "Steps in which the number of users rises.",
      List.of(STEP_USERS, STEP_EVERY), List.of(), Map.of(),
      contents -> contents.clean()
          ? new Load.Steps(contents.need(STEP_USERS), contents.need(STEP_EVERY))
          : null);
  private static final Field<Load.Steps> STEP = Field.optional("step", STEP_SHAPE,
      "{ users: 10%, every: 15s }", "Lets the number of users rise in steps.");

  private static final Field<List<Rate>> RATE = Field.optional("rate",
      new ListOr<>(
          new ListOf<>(ARRIVAL_RATE, "a list of different rates such as 500/s",
              rate -> LoadSize.ArrivalRate.of(rate).label()).then(LoadShapes::ofFewRuns),
          ARRIVAL_RATE.then((_, rate) -> List.of(rate))),
      "[1000/s, 2000/s]",
      "How many users arrive, each for one iteration; one run for each rate of a list.");
  private static final Field<Load.Arrivals> ARRIVALS = Field.optional("arrivals",
      Texts.choice(arrivals()), "poisson",
      "Whether users arrive at equal distances, or at random; regular when not given.");
  private static final Field<Integer> MAX_USERS = Field.optional("max-users", COUNT, "2000",
      "How many users that have arrived may be there at once; one more is dropped, and counted.");

  private static final Field<Duration> DURATION = Field.optional("duration", Times.positive(),
      "3m", "How long the load lasts.");
  private static final Field<Duration> DRAIN = Field.optional("drain", Times.any(),
      "30s", "How long requests in flight at the end may take; their timeouts when not given.");

  private static final Field<Amount> STAGE_USERS = Field.required("users", Numbers.amount(0),
      "100%", "How many users there are at the stage's end.");
  private static final Field<Duration> STAGE_OVER = Field.required("over", Times.any(),
      "30s", "How long the stage takes.");
  private static final Shape<Load.Stage> STAGE = new Shape<>("stage",
      "A straight ramp from where the last one ended.",
      List.of(STAGE_USERS, STAGE_OVER), List.of(), Map.of(),
      contents -> contents.clean()
          ? new Load.Stage(contents.need(STAGE_USERS), contents.need(STAGE_OVER))
          : null);
  private static final Field<List<Load.Stage>> STAGES = Field.optional("stages",
      new ListOf<>(STAGE, "a list of stages"),
      "[ { users: 100, over: 30s }, { users: 0, over: 10s } ]",
      "Straight ramps, one after another.");

  private static final Shape<Load> LOAD = new Shape<>("load",
      "How many users there are or how many arrive, and when.",
      List.of(USERS, SPAWN, STEP, STAGES, RATE, ARRIVALS, MAX_USERS, DURATION, DRAIN),
      List.of(
          // Who writes of arrivals has forgotten the rate, and not the users.
          new Rule.NeedsUnless(List.of("users"),
              List.of("stages", "rate", "arrivals", "max-users")),
          new Rule.NeedsUnless(List.of("duration"), List.of("stages")),
          new Rule.Excludes("rate", List.of("users", "spawn", "step", "stages"),
              "either so many users stay, or so many arrive for one iteration each"),
          new Rule.OnlyWith(List.of("arrivals", "max-users"), "rate",
              "it is about users who arrive: write rate: 5000/s, or remove it"),
          new Rule.Excludes("stages", List.of("spawn", "step"),
              "the stages say how users come and go")),
      Map.of(), LoadShapes::load);

  private LoadShapes() {}

  /** The load of a plan. */
  public static Type<Load> load() {
    return LOAD;
  }

  private static <T> @Nullable List<T> ofFewRuns(Cursor at, List<T> sizes) {
    if (sizes.size() > RUNS_MAX) {
      at.problem("has " + sizes.size() + " sizes, each a run",
          "expected at most " + RUNS_MAX + "; write more plans");
      return null;
    }
    return sizes;
  }

  private static @Nullable Load load(Contents<Load> contents) {
    if (contents.has(RATE)) {
      return open(contents);
    }
    List<Load.Stage> stages = contents.get(STAGES);
    return stages == null ? spawned(contents) : staged(contents, stages);
  }

  private static @Nullable Load open(Contents<Load> contents) {
    return contents.clean()
        ? new Load.Open(contents.need(RATE), contents.get(ARRIVALS, Load.Arrivals.REGULAR),
            contents.get(MAX_USERS), contents.need(DURATION), contents.get(DRAIN))
        : null;
  }

  private static @Nullable Rate withinReach(Cursor at, Rate rate) {
    LoadSize size = LoadSize.ArrivalRate.of(rate);
    if (size.compareTo(RATE_MAX) > 0) {
      at.problem(size.label() + " is too fast", "expected at most " + RATE_MAX.label());
      return null;
    }
    return rate;
  }

  private static Map<String, Load.Arrivals> arrivals() {
    var words = new LinkedHashMap<String, Load.Arrivals>();
    words.put("regular", Load.Arrivals.REGULAR);
    words.put("poisson", Load.Arrivals.POISSON);
    return words;
  }

  private static @Nullable Load spawned(Contents<Load> contents) {
    List<Integer> users = contents.get(USERS);
    Rate spawn = contents.get(SPAWN);
    if (users != null && spawn != null) {
      checkSpawn(contents, Collections.max(users), spawn);
    }
    Load.Steps steps = contents.get(STEP);
    Duration duration = contents.get(DURATION);
    if (steps != null && duration != null) {
      checkSteps(contents, steps, duration);
    }
    return contents.clean()
        ? new Load.Closed(contents.need(USERS), new Load.Spawn(spawn, steps),
            contents.need(DURATION), contents.get(DRAIN))
        : null;
  }

  private static void checkSpawn(Contents<Load> contents, int users, Rate spawn) {
    BigInteger nanos = BigInteger.valueOf(users)
        .multiply(BigInteger.valueOf(spawn.perNanos()))
        .divide(BigInteger.valueOf(spawn.count()));
    if (nanos.compareTo(BigInteger.valueOf(Times.MAX.toNanos()).shiftLeft(5)) > 0) {
      contents.problem(SPAWN, users + " users would take more than 32 years to start",
          "expected a faster rate");
    }
  }

  private static void checkSteps(Contents<Load> contents, Load.Steps steps, Duration duration) {
    long inTime = duration.toNanos() / steps.every().toNanos();
    // Only a percentage can need more steps than there are users.
    boolean endless = steps.users() instanceof Amount.Percent part
        && part.percent().movePointRight(4).compareTo(BigDecimal.ONE) < 0;
    if (endless && inTime > STEPS_MAX) {
      contents.problem(STEP, "is more than " + STEPS_MAX + " steps",
          "expected fewer, larger steps");
    }
  }

  private static @Nullable Load staged(Contents<Load> contents, List<Load.Stage> stages) {
    Duration sum = stages.stream().map(Load.Stage::over).reduce(Duration.ZERO, Duration::plus);
    if (sum.compareTo(Times.MAX) > 0) {
      contents.problem(STAGES, "take longer than a year", "expected at most 8760h in all");
    } else if (sum.isZero() && !contents.has(DURATION)) {
      contents.problem(STAGES, "take no time at all",
          "give a stage a time, or the load a duration");
    }
    Duration duration = contents.get(DURATION, sum);
    if (duration.compareTo(sum) < 0) {
      contents.problem(DURATION, "is shorter than the stages",
          "they take " + seconds(sum) + " in all");
    }
    List<Integer> users = users(contents, stages);
    return contents.clean() && users != null
        ? new Load.Closed(users, new Load.Stages(stages), duration, contents.get(DRAIN))
        : null;
  }

  private static @Nullable List<Integer> users(Contents<Load> contents, List<Load.Stage> stages) {
    OptionalInt highest = stages.stream()
        .map(Load.Stage::users)
        .filter(Amount.Count.class::isInstance)
        .mapToInt(amount -> ((Amount.Count) amount).users())
        .max();
    boolean parts = stages.stream().anyMatch(stage -> stage.users() instanceof Amount.Percent);
    List<Integer> users = contents.get(USERS);
    if (users != null) {
      int least = Collections.min(users);
      if (highest.orElse(0) > least) {
        contents.problem(STAGES, "rise to " + highest.orElse(0) + " users, but a run has " + least,
            "raise \"users\", or write the stages in percent");
      }
      return users;
    }
    if (contents.has(USERS)) {
      return null;
    }
    if (parts) {
      contents.missingKey("users");
      return null;
    }
    if (highest.orElse(0) == 0) {
      contents.problem(STAGES, "have no users", "expected a stage with users");
      return null;
    }
    return List.of(highest.orElse(1));
  }

  private static String seconds(Duration time) {
    return BigDecimal.valueOf(time.toNanos(), 9).stripTrailingZeros().toPlainString() + "s";
  }
}
