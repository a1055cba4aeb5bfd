package dev.muster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.muster.plan.load.ArrivalProfile;
import dev.muster.plan.load.ArrivalTimes;
import dev.muster.plan.load.LaneRandom;
import dev.muster.plan.load.Load;
import dev.muster.plan.load.Load.Arrivals;
import dev.muster.plan.load.Rate;
import dev.muster.plan.scenario.Scenario;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Task;
import dev.muster.plan.scenario.Template;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArrivalExpectationTest {

  private static final Step GET = new Step.Request(
      Step.Method.GET, Template.literal("/"), "/", List.of(), null, null, List.of());

  @Test
  void regular_arrivals_of_one_request_are_counted_exactly() {
    var scenario = scenario(task(1, GET, think(1_000, 9_000)));

    assertThat(expectation(run(Arrivals.REGULAR, 5_000, 30, scenario), 0, 30))
        .isEqualTo(new Expectation(150_000, 0));
  }

  @Test
  void what_the_end_cuts_off_an_iteration_is_not_expected() {
    var run = run(Arrivals.REGULAR, 10, 10, scenario(task(1, GET, think(2_000, 2_000), GET)));

    // Of 100, those who came before 8 s get to their second request; with answers in 500 ms, 7.5 s.
    assertThat(expectation(run, 0, 10)).isEqualTo(new Expectation(180, 0));
    assertThat(expectation(run, 500, 10)).isEqualTo(new Expectation(175, 0));
  }

  @Test
  void a_run_that_is_stopped_expects_what_is_due_before_it() {
    var run = run(Arrivals.REGULAR, 10, 10, scenario(task(1, GET)));

    assertThat(expectation(run, 0, 4)).isEqualTo(new Expectation(40, 0));
    assertThat(expectation(run, 0, 0)).isEqualTo(new Expectation(0, 0));
    assertThat(expectation(run, 0, 99)).isEqualTo(new Expectation(100, 0));
  }

  @Test
  void scenarios_take_their_turns_among_regular_arrivals() {
    var run = run(
        Arrivals.REGULAR, 10, 1,
        new Scenario("one", 2, List.of(task(1, GET)), null),
        new Scenario("three", 1, List.of(task(1, GET, GET, GET)), null));

    // Arrivals 1, 4 and 7 send three requests, the other seven one.
    assertThat(expectation(run, 0, 1)).isEqualTo(new Expectation(16, 0));
  }

  @Test
  void poisson_arrivals_of_one_request_have_mean_and_variance_lambda() {
    Expectation expectation = expectation(
        run(Arrivals.POISSON, 5_000, 30, scenario(task(1, GET))), 0, 30);

    assertThat(expectation.requests()).isCloseTo(150_000, within(1e-6));
    assertThat(expectation.sd()).isCloseTo(Math.sqrt(150_000), within(1e-6));
  }

  @ParameterizedTest
  @EnumSource
  void mean_and_spread_agree_with_a_simulation_of_tasks_and_thinks(Arrivals arrivals) {
    var scenario = scenario(
        task(3, GET, think(0, 2_000), GET, think(500, 500)),
        task(1, think(1_000, 6_000), GET, GET, GET));
    RunPlan run = run(arrivals, 50, 10, scenario);

    Expectation expectation = expectation(run, 100, 10);

    int seeds = 2_000;
    double sum = 0;
    double squares = 0;
    for (int seed = 0; seed < seeds; seed++) {
      double count = simulated(run, scenario, seed, 100, 10_000);
      sum += count;
      squares += count * count;
    }
    double mean = sum / seeds;
    double sd = Math.sqrt(squares / seeds - mean * mean);
    assertThat(expectation.requests()).isCloseTo(mean, within(4 * sd / Math.sqrt(seeds)));
    assertThat(expectation.sd()).isCloseTo(sd, withinPercentage(8));
  }

  /** Requests due before {@code endMs}, played through arrival by arrival and step by step. */
  private static double simulated(
      RunPlan run, Scenario scenario, long seed, long answerMs, long endMs) {
    int[] lanes = IntStream.range(0, run.lanes()).toArray();
    ArrivalTimes times = ((ArrivalProfile) run.profile()).times(seed, lanes);
    var random = new LaneRandom(seed, 0);
    double requests = 0;
    for (; times.nanos() < Long.MAX_VALUE; times.next()) {
      random.restart(seed, times.lane(), times.index());
      requests += PlayedIteration.of(scenario, random, times.nanos() / 1e6, answerMs, endMs)
          .requests();
    }
    return requests;
  }

  private static Expectation expectation(RunPlan run, long answerMillis, long endSeconds) {
    return Expectation.of(run, Duration.ofMillis(answerMillis), endSeconds * 1_000_000_000);
  }

  private static RunPlan run(
      Arrivals arrivals, long perSecond, long seconds, Scenario... scenarios) {
    var load = new Load.Open(
        List.of(new Rate(perSecond, 1_000_000_000)), arrivals, null, Duration.ofSeconds(seconds),
        null);
    var plan = new Plan(
        "plan", URI.create("http://localhost"), 1, Precision.NORMAL, HttpOptions.defaults(),
        List.of(scenarios), load);
    return Experiment.of(plan).runs().getFirst();
  }

  private static Scenario scenario(Task... tasks) {
    return new Scenario("user", 1, List.of(tasks), null);
  }

  private static Task task(int weight, Step... steps) {
    return new Task("task", weight, List.of(steps));
  }

  private static Step think(long fromMillis, long toMillis) {
    return new Step.Think(Duration.ofMillis(fromMillis), Duration.ofMillis(toMillis));
  }
}
