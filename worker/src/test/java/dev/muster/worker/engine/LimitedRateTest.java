package dev.muster.worker.engine;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static dev.muster.worker.engine.Reply.ok;
import static dev.muster.worker.engine.Simulation.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.RunPlan;
import dev.muster.plan.load.Rate;
import dev.muster.worker.Plans;
import dev.muster.worker.engine.CollectingRecorder.Tick;
import dev.muster.worker.engine.ScriptedRequester.Sent;
import dev.muster.worker.guard.RateLimit;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Engines of a worker that was started with a limit of its rate. */
class LimitedRateTest {

  private static final long SECOND = 1_000_000_000;

  @Test
  void a_load_below_the_limit_is_sent_as_planned() {
    RunPlan plan = Plans.of(get("/")).perSecond(10).run();
    var limit = limit(100);

    var run = new Simulation(plan, _ -> ok(27), limit).runToEnd();

    assertThat(run.sentMillis())
        .isEqualTo(new Simulation(plan, _ -> ok(27)).runToEnd().sentMillis());
    assertThat(limit.countHeldBack()).isZero();
  }

  @Test
  void what_is_too_much_leaves_late_and_stays_due_at_its_instant() {
    var limit = limit(10);
    var run = new Simulation(
        Plans.of(get("/")).perSecond(20).lasting(Duration.ofSeconds(2)).run(), _ -> ok(1), limit)
        .runToEnd();

    assertThat(run.requester.sent()).hasSize(20);
    assertNoSecondHasMoreThan(10, run.requester.sent());
    assertThat(run.dueMillis()).startsWith(0L, 50L, 100L, 150L);
    assertThat(run.sentMillis()).startsWith(0L, 95L, 196L, 296L);
    // 39 of 40 had to wait, the half of them in vain; the arrivals left out at the end are users that
    // come and go.
    assertThat(limit.countHeldBack()).isEqualTo(39);
    assertThat(run.engine.isOver()).isTrue();
    assertThat(run.elapsedNanos()).isLessThanOrEqualTo(seconds(2.1));
  }

  @Test
  void users_that_stay_wait_for_their_turn_too() {
    var limit = limit(50);
    var run = new Simulation(
        Plans.of(get("/"), think(1)).users(20).lasting(Duration.ofSeconds(3)).run(), _ -> ok(1),
        limit).runToEnd();

    assertNoSecondHasMoreThan(50, run.requester.sent());
    assertThat(run.requester.sent()).hasSizeBetween(145, 150);
    assertThat(limit.countHeldBack()).isGreaterThan(140);
    assertThat(run.ticks()).extracting(Tick::users).startsWith(20, 20);
    assertThat(run.engine.inFlight()).isZero();
  }

  @Test
  void a_limited_load_ends_when_it_is_stopped() {
    var run = new Simulation(
        Plans.of(get("/")).perSecond(1_000).lasting(Duration.ofSeconds(60)).run(), _ -> ok(1),
        limit(1)).runUntil(seconds(2)).stop(-1).runToEnd();

    assertThat(run.engine.isOver()).isTrue();
    assertThat(run.elapsedNanos()).isLessThanOrEqualTo(seconds(3.1));
    assertThat(run.requester.sent()).hasSize(2);
  }

  @Test
  void timeouts_come_on_time_while_others_wait_for_their_turn() {
    var run = new Simulation(
        Plans.of(get("/"))
            .perSecond(10)
            .lasting(Duration.ofMillis(900))
            .timeout(Duration.ofMillis(300))
            .run(),
        _ -> new Reply.Silence(), limit(1)).runToEnd();

    assertThat(run.failures()).containsExactly("timeout");
    assertThat(run.recorder.ends().getFirst().endNanos() - Simulation.START)
        .isEqualTo(seconds(0.3));
  }

  private static RateLimit limit(int perSecond) {
    return new RateLimit(new Rate(perSecond, SECOND));
  }

  private static void assertNoSecondHasMoreThan(int most, List<Sent> sent) {
    for (int from = 0; from + most < sent.size(); from++) {
      assertThat(sent.get(from + most).beganNanos() - sent.get(from).beganNanos())
          .isGreaterThanOrEqualTo(SECOND);
    }
  }
}
