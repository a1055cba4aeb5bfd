package dev.muster.worker.engine;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.task;
import static dev.muster.worker.Plans.think;
import static dev.muster.worker.Plans.to;
import static dev.muster.worker.engine.Reply.ok;
import static dev.muster.worker.engine.Simulation.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.load.Load;
import dev.muster.plan.load.Rate;
import dev.muster.worker.Plans;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When requests are due and sent. */
class LoadEngineTest {

  @Test
  void a_request_is_due_the_moment_its_user_starts() {
    var spawn = new Load.Spawn(new Rate(2, 1_000_000_000), null);
    var plan = Plans.of(get("/"), think(60_000))
        .users(3)
        .shape(spawn)
        .lasting(Duration.ofSeconds(2));

    var run = new Simulation(plan.run(), _ -> ok(27)).runToEnd();

    assertThat(run.dueMillis()).containsExactly(0L, 500L, 1_000L);
    assertThat(run.sentMillis()).isEqualTo(run.dueMillis());
  }

  @Test
  void nothing_happens_before_the_start_instant() {
    var run = new Simulation(Plans.of(get("/")).run(), _ -> ok(27));

    run.engine.advance(Simulation.START - seconds(1));

    assertThat(run.requester.sent()).isEmpty();
    assertThat(run.engine.nextNanos()).isEqualTo(Simulation.START);
  }

  @Test
  void think_time_counts_from_the_answer() {
    var plan = Plans.of(get("/"), think(100));

    var run = new Simulation(plan.run(), _ -> ok(300)).runToEnd();

    assertThat(run.dueMillis()).containsExactly(0L, 400L, 800L);
  }

  @Test
  void a_step_is_due_when_the_step_before_it_has_ended() {
    var plan = Plans.of(get("/a"), get("/b"), think(200), think(100), get("/c"));

    var run = new Simulation(plan.run(), _ -> ok(100)).runToEnd();

    assertThat(run.dueMillis()).containsExactly(0L, 100L, 500L, 600L, 700L);
    assertThat(run.requester.sent()).extracting(ScriptedRequester.Sent::iteration)
        .containsExactly(0L, 0L, 0L, 1L, 1L);
  }

  @Test
  void a_user_waits_for_its_answer_however_long_that_takes() {
    var plan = Plans.of(get("/")).lasting(Duration.ofSeconds(10));

    var run = new Simulation(plan.run(), _ -> ok(4_000)).runToEnd();

    assertThat(run.dueMillis()).containsExactly(0L, 4_000L, 8_000L);
    assertThat(run.recorder.ends()).hasSize(3);
  }

  @Test
  void pacing_is_the_least_time_between_the_starts_of_iterations() {
    var plan = Plans.empty()
        .scenario(1, Duration.ofMillis(500), task(1, get("/"), think(100)))
        .lasting(Duration.ofSeconds(2));

    var fast = new Simulation(plan.run(), _ -> ok(50)).runToEnd();
    var slow = new Simulation(plan.run(), _ -> ok(700)).runToEnd();

    assertThat(fast.dueMillis()).containsExactly(0L, 500L, 1_000L, 1_500L);
    assertThat(slow.dueMillis()).containsExactly(0L, 800L, 1_600L);
  }

  @Test
  void tasks_are_drawn_by_weight() {
    var plan = Plans.empty()
        .scenario(1, null, task(3, get("/often"), think(10)), task(1, get("/seldom"), think(10)))
        .users(10)
        .lasting(Duration.ofSeconds(40));

    var run = new Simulation(plan.run(), _ -> ok(10)).runToEnd();

    // 20,000 draws: sd 61; four of them either way.
    long seldom = run.requester.sent().stream().filter(sent -> sent.request() == 1).count();
    assertThat(run.requester.sent()).hasSize(20_000);
    assertThat(seldom).isBetween(4_755L, 5_245L);
  }

  @Test
  void users_follow_their_scenarios_in_turn() {
    var plan = Plans.empty()
        .scenario(2, null, task(1, get("/a"), think(2_000)))
        .scenario(1, null, task(1, get("/b"), think(2_000)))
        .users(6);

    var run = new Simulation(plan.run(), _ -> ok(10)).runToEnd();

    assertThat(run.requester.sent()).filteredOn(sent -> sent.request() == 1)
        .extracting(ScriptedRequester.Sent::user)
        .containsExactly(1L, 4L);
  }

  @Test
  void no_request_is_due_at_the_stop_or_later() {
    var plan = Plans.of(get("/"), think(490)).lasting(Duration.ofSeconds(1));

    var run = new Simulation(plan.run(), _ -> ok(10)).runToEnd();

    assertThat(run.dueMillis()).containsExactly(0L, 500L);
  }

  @Test
  void a_request_due_before_the_stop_is_sent_however_late() {
    var plan = Plans.of(get("/"), think(490)).lasting(Duration.ofSeconds(1));

    var run = new Simulation(plan.run(), _ -> ok(10)).runUntil(seconds(0.3))
        .pauseUntil(seconds(20))
        .runToEnd();

    assertThat(run.dueMillis()).containsExactly(0L, 500L);
    assertThat(run.sentMillis()).containsExactly(0L, 20_000L);
    assertThat(run.answered()).isEqualTo(2);
  }

  @Test
  void a_user_that_should_have_started_during_a_pause_starts_late_with_its_own_due_instant() {
    var spawn = new Load.Spawn(new Rate(2, 1_000_000_000), null);
    var plan = Plans.of(get("/")).users(3).shape(spawn).lasting(Duration.ofMillis(1_100));

    var run = new Simulation(plan.run(), _ -> ok(5_000)).runUntil(seconds(0.1))
        .pauseUntil(seconds(3))
        .runToEnd();

    assertThat(run.dueMillis()).containsExactly(0L, 500L, 1_000L);
    assertThat(run.sentMillis()).containsExactly(0L, 3_000L, 3_000L);
  }

  /** 0 → 1 user at once, off at 1 s, on again at 2 s until 3 s. */
  @Test
  void a_user_may_have_two_lives() {
    var plan = upDownUp();

    var run = new Simulation(plan.run(), _ -> ok(100)).runToEnd();

    assertThat(run.dueMillis()).containsExactly(0L, 500L, 2_000L, 2_500L);
    assertThat(run.requester.rests()).containsExactly(0, 0);
    assertThat(run.requester.sent()).extracting(ScriptedRequester.Sent::iteration)
        .doesNotHaveDuplicates();
  }

  @Test
  void a_second_life_waits_for_the_last_answer_of_the_first_and_its_request_stays_due_at_its_start() {
    var plan = upDownUp();

    var run = new Simulation(plan.run(), _ -> ok(2_200)).runToEnd();

    assertThat(run.dueMillis()).containsExactly(0L, 2_000L);
    assertThat(run.sentMillis()).containsExactly(0L, 2_200L);
  }

  @Test
  void lives_that_pass_while_an_answer_is_awaited_are_lived_in_order_afterwards() {
    var plan = Plans.of(get("/"), think(60_000))
        .stages(to(1, 0), to(1, 1_000), to(0, 0), to(0, 1_000), to(1, 0), to(1, 1_000), to(0, 0),
            to(0, 1_000), to(1, 0), to(1, 1_000))
        .lasting(Duration.ofSeconds(5));

    var run = new Simulation(plan.run(),
        sent -> ok(sent.dueNanos() == Simulation.START ? 4_500 : 1))
        .runToEnd();

    assertThat(run.dueMillis()).containsExactly(0L, 2_000L, 4_000L);
    assertThat(run.sentMillis()).containsExactly(0L, 4_500L, 4_501L);
  }

  @Test
  void without_think_time_failures_at_once_neither_recurse_nor_keep_the_thread() {
    var plan = Plans.of(get("/")).users(3);

    var run = new Simulation(plan.run(), _ -> new Reply.FailureAtOnce(FailureKind.REFUSED));

    run.requester.bring(Simulation.START);
    for (int call = 1; call <= 1_000; call++) {
      run.engine.advance(Simulation.START);
      assertThat(run.requester.sent()).hasSizeBetween(call, call * 16);
      assertThat(run.engine.nextNanos()).isLessThanOrEqualTo(Simulation.START);
    }
    int third = run.requester.sent().size() / 3;
    assertThat(run.requester.sent()).filteredOn(sent -> sent.user() == 0)
        .hasSizeBetween(third - 1, third + 1);

    run.pauseUntil(seconds(2)).runToEnd();
    assertThat(run.failed()).isEqualTo(run.engine.sent());
    assertThat(run.engine.isOver()).isTrue();
  }

  private static Plans upDownUp() {
    return Plans.of(get("/"), think(400))
        .stages(to(1, 0), to(1, 1_000), to(0, 0), to(0, 1_000), to(1, 0), to(1, 1_000))
        .lasting(Duration.ofSeconds(3));
  }
}
