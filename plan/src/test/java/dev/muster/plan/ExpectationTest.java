package dev.muster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.muster.plan.load.Amount;
import dev.muster.plan.load.LaneRandom;
import dev.muster.plan.load.Load;
import dev.muster.plan.load.LoadChange;
import dev.muster.plan.load.LoadChanges;
import dev.muster.plan.load.Rate;
import dev.muster.plan.load.UserProfile;
import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;
import dev.muster.plan.scenario.Template;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectationTest {

  private static final Step GET = new Step.Request(
      Step.Method.GET, Template.literal("/"), "/", List.of(), null, null, List.of());

  /** The orientation figures come from simulations, so they may be off by a part of the spread. */
  @Test
  void the_experiment_expects_what_was_published_for_an_answer_in_27_ms() {
    int[] users = {50, 100, 200, 400, 800, 1_500};
    int[] requests = {826, 1_648, 3_276, 6_497, 12_776, 23_202};
    for (int i = 0; i < users.length; i++) {
      Expectation expectation = Expectation.of(experiment(users[i]), Duration.ofMillis(27));

      assertThat(expectation.requests())
          .isCloseTo(requests[i], within(expectation.sd() / 2));
    }
  }

  /** For lives of many cycles: t/μ + 1/2 + σ²/2μ² requests each (Cox, Renewal Theory, 4.2). */
  @Test
  void long_lives_expect_what_the_renewal_theorem_says() {
    RunPlan run = experiment(1_500);
    double mu = 7.027;
    double variance = 16.0 / 12;
    double sum = 0;
    UserProfile profile = ((Load.Closed) run.plan().load()).profile(0);
    for (int user = 0; user < profile.users(); user++) {
      double seconds = profile.lives(user).getFirst().nanos() / 1e9;
      sum += seconds / mu + 0.5 + variance / (2 * mu * mu);
    }

    assertThat(Expectation.of(run, Duration.ofMillis(27)).requests())
        .isCloseTo(sum, withinPercentage(0.02));
  }

  @Test
  void a_user_without_chance_is_counted_exactly() {
    var minute = new Load.Closed(List.of(3), new Load.Spawn(null, null), Duration.ofMinutes(1),
        null);
    var scenario = scenario(task(1, GET, think(1_000, 1_000)));

    assertThat(Expectation.of(run(minute, scenario), Duration.ZERO))
        .isEqualTo(new Expectation(180, 0));
    assertThat(Expectation.of(run(minute, scenario), Duration.ofSeconds(1)))
        .isEqualTo(new Expectation(90, 0));
  }

  @Test
  void a_run_that_is_stopped_expects_what_is_due_before_it() {
    var minute = new Load.Closed(List.of(3), new Load.Spawn(null, null), Duration.ofMinutes(1),
        null);
    RunPlan run = run(minute, scenario(task(1, GET, think(1_000, 1_000))));

    assertThat(Expectation.of(run, Duration.ZERO, 10_000_000_000L))
        .isEqualTo(new Expectation(30, 0));
    assertThat(Expectation.of(run, Duration.ZERO, 0)).isEqualTo(new Expectation(0, 0));
  }

  @Test
  void a_load_that_is_changed_expects_what_was_made_of_it_and_nothing_of_pauses() {
    var minute = new Load.Closed(List.of(3), new Load.Spawn(null, null), Duration.ofMinutes(1),
        null);
    RunPlan run = run(minute, scenario(task(1, GET, think(1_000, 1_000))));
    LoadChanges scaled = LoadChanges.NONE.with(new LoadChange.Scale(20_000_000_000L, 5));
    LoadChanges paused = scaled.with(new LoadChange.Pause(30_000_000_000L))
        .with(new LoadChange.Resume(45_000_000_000L));

    assertThat(Expectation.of(run, scaled, Duration.ZERO, 60_000_000_000L))
        .isEqualTo(new Expectation(3 * 60 + 2 * 40, 0));
    assertThat(Expectation.of(run, paused, Duration.ZERO, 60_000_000_000L))
        .isEqualTo(new Expectation(3 * 45 + 2 * 25, 0));
    assertThat(Expectation.of(run, paused, Duration.ZERO, 40_000_000_000L))
        .isEqualTo(new Expectation(3 * 30 + 2 * 10, 0));
  }

  @Test
  void nothing_that_takes_time_means_no_end_of_requests() {
    var minute = new Load.Closed(List.of(1), new Load.Spawn(null, null), Duration.ofMinutes(1),
        null);

    assertThat(Expectation.of(run(minute, scenario(task(1, GET))), Duration.ZERO).requests())
        .isInfinite();
  }

  @Test
  void mean_and_spread_agree_with_a_simulation_of_tasks_thinks_and_pacing() {
    var load = new Load.Closed(List.of(4_000), new Load.Spawn(null, null), Duration.ofSeconds(20),
        null);
    var paced = new Scenario(
        "paced", 1,
        List.of(
            task(3, GET, think(0, 2_000), GET, think(500, 500)),
            task(1, think(1_000, 6_000), GET)),
        Duration.ofSeconds(2));
    RunPlan run = run(load, paced);

    Expectation expectation = Expectation.of(run, Duration.ofMillis(100));

    double sum = 0;
    double squares = 0;
    for (int user = 0; user < run.lanes(); user++) {
      long count = simulated(paced, new LaneRandom(7, user), 100, 20_000);
      sum += count;
      squares += (double) count * count;
    }
    double variance = squares - sum * sum / run.lanes();
    assertThat(expectation.requests()).isCloseTo(sum, within(4 * Math.sqrt(variance)));
    assertThat(expectation.sd()).isCloseTo(Math.sqrt(variance), withinPercentage(5));
  }

  /** Requests due before {@code endMs}, played through step by step. */
  private static long simulated(Scenario scenario, LaneRandom random, long answerMs, long endMs) {
    long requests = 0;
    double now = 0;
    while (now < endMs) {
      var played = PlayedIteration.of(scenario, random, now, answerMs, endMs);
      requests += played.requests();
      now = Math.max(played.endMillis(), now + 2_000);
    }
    return requests;
  }

  private static RunPlan experiment(int users) {
    var steps = new Load.Steps(
        new Amount.Percent(BigDecimal.TEN), Duration.ofSeconds(15));
    var load = new Load.Closed(
        List.of(users), new Load.Spawn(new Rate(10, 1_000_000_000), steps),
        Duration.ofMinutes(3), null);
    return run(
        load,
        scenario(task(1, GET, think(5_000, 9_000))));
  }

  private static Scenario scenario(Task task) {
    return new Scenario("user", 1, List.of(task), null);
  }

  private static Task task(int weight, Step... steps) {
    return new Task("task", weight, List.of(steps));
  }

  private static RunPlan run(Load load, Scenario... scenarios) {
    var plan = new Plan(
        "plan", URI.create("http://localhost"), 1, Precision.NORMAL, HttpOptions.defaults(),
        List.of(scenarios), load);
    return Experiment.of(plan).runs().getFirst();
  }

  private static Step think(long fromMillis, long toMillis) {
    return new Step.Think(Duration.ofMillis(fromMillis), Duration.ofMillis(toMillis));
  }
}
