package dev.muster.worker.engine;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static dev.muster.worker.engine.Reply.ok;
import static dev.muster.worker.engine.Simulation.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.plan.load.Load;
import dev.muster.plan.load.Rate;
import dev.muster.worker.Plans;
import dev.muster.worker.engine.CollectingRecorder.End;
import dev.muster.worker.engine.CollectingRecorder.Tick;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How requests, ticks and runs end. */
class LoadEngineEndTest {

  @Test
  void a_request_without_an_answer_times_out_and_its_user_goes_on() {
    var plan = Plans.of(get("/"), think(100))
        .timeout(Duration.ofMillis(300))
        .lasting(Duration.ofSeconds(1));

    var run = new Simulation(plan.run(), _ -> new Reply.Silence()).runToEnd();

    assertThat(run.dueMillis()).containsExactly(0L, 400L, 800L);
    assertThat(run.failures()).containsExactly("timeout", "timeout", "timeout");
    assertThat(run.recorder.ends()).extracting(end -> end.endNanos() - end.beganNanos())
        .containsOnly(300_000_000L);
  }

  @Test
  void a_connection_that_does_not_come_times_out_by_its_own_limit() {
    var plan = Plans.of(get("/"), think(100))
        .connectTimeout(Duration.ofMillis(200))
        .lasting(Duration.ofMillis(500));

    var run = new Simulation(
        plan.run(), _ -> new Reply.AfterConnect(seconds(9), ok(1))).runToEnd();

    assertThat(run.dueMillis()).containsExactly(0L, 300L);
    assertThat(run.failures()).containsExactly("connect_timeout", "connect_timeout");
  }

  @Test
  void a_request_whose_own_limit_is_shorter_waits_no_longer_for_its_connection() {
    var plan = Plans.of(get("/"), think(900)).timeout(Duration.ofMillis(200));

    var run = new Simulation(
        plan.run(), _ -> new Reply.AfterConnect(seconds(9), ok(1))).runToEnd();

    assertThat(run.failures()).containsExactly("connect_timeout");
    assertThat(run.recorder.ends()).extracting(end -> Simulation.millis(end.endNanos()))
        .containsExactly(200L);
  }

  @Test
  void the_timeout_counts_from_the_begin_of_the_connect() {
    var plan = Plans.of(get("/"))
        .connectTimeout(Duration.ofMillis(200))
        .timeout(Duration.ofMillis(900));

    var run = new Simulation(
        plan.run(),
        _ -> new Reply.AfterConnect(seconds(0.15), new Reply.Silence())).runToEnd();

    assertThat(run.recorder.ends()).extracting(End::failure, End::beganNanos, End::endNanos)
        .containsExactly(
            tuple(
                "timeout", Simulation.START, Simulation.START + seconds(0.9)),
            tuple(
                "timeout", Simulation.START + seconds(0.9), Simulation.START + seconds(1.8)));
  }

  @Test
  void an_answer_of_400_or_above_is_a_failure() {
    var plan = Plans.of(get("/"), think(100)).lasting(Duration.ofMillis(250));

    var run = new Simulation(
        plan.run(),
        sent -> new Reply.Answer(1_000_000, sent.iteration() == 0 ? 399 : 400)).runToEnd();

    assertThat(run.answered()).isEqualTo(1);
    assertThat(run.failures()).containsExactly("status_400", "status_400");
  }

  @Test
  void the_run_ends_when_the_last_request_in_flight_has_ended() {
    var plan = Plans.of(get("/"), think(100)).users(2).lasting(Duration.ofSeconds(1));

    var run = new Simulation(
        plan.run(), sent -> ok(sent.user() == 0 ? 2_300 : 950)).runToEnd();

    assertThat(run.ticks()).extracting(Tick::number, Tick::inFlight, Tick::last)
        .containsExactly(
            tuple(0L, 1, false),
            tuple(1L, 1, false),
            tuple(2L, 0, true));
    assertThat(run.answered()).isEqualTo(2);
  }

  @Test
  void drain_gives_up_what_is_still_in_flight_and_reports_it() {
    var plan = Plans.of(get("/"))
        .users(3)
        .lasting(Duration.ofSeconds(1))
        .drain(Duration.ofMillis(500));

    var run = new Simulation(plan.run(), sent -> ok(sent.user() == 0 ? 1_400 : 1_600)).runToEnd();

    assertThat(run.ticks()).extracting(Tick::number, Tick::inFlight, Tick::last)
        .containsExactly(
            tuple(0L, 3, false),
            tuple(1L, 2, true));
    assertThat(run.answered()).isEqualTo(1);
  }

  @Test
  void a_drain_of_nothing_ends_with_the_load_and_shows_no_user_after_it() {
    var plan = Plans.of(get("/")).users(2).lasting(Duration.ofSeconds(1)).drain(Duration.ZERO);

    var run = new Simulation(plan.run(), _ -> new Reply.Silence()).runToEnd();

    assertThat(run.ticks()).extracting(Tick::number, Tick::users, Tick::inFlight, Tick::last)
        .containsExactly(
            tuple(0L, 2, 2, false),
            tuple(1L, 0, 2, true));
  }

  @Test
  void a_run_of_no_lanes_counts_zero_to_its_end() {
    var run = new Simulation(
        Plans.of(get("/")).lasting(Duration.ofMillis(1_500)).run(), new int[0], _ -> ok(1))
        .runToEnd();

    assertThat(run.ticks()).extracting(Tick::number, Tick::users, Tick::sent, Tick::last)
        .containsExactly(
            tuple(0L, 0, 0, false),
            tuple(1L, 0, 0, true));
  }

  @Test
  void a_stop_lets_what_is_in_flight_end_and_nothing_new_begin() {
    var plan = Plans.of(get("/"), think(200)).users(2).lasting(Duration.ofSeconds(60));

    var run = new Simulation(plan.run(), sent -> ok(sent.user() == 0 ? 100 : 400))
        .runUntil(seconds(0.35))
        .stop(-1)
        .runToEnd();

    assertThat(run.dueMillis()).containsExactly(0L, 0L, 300L);
    assertThat(run.ticks()).extracting(Tick::number, Tick::users, Tick::last)
        .containsExactly(tuple(0L, 0, true));
    assertThat(run.answered()).isEqualTo(3);
    assertThat(run.engine.nextNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void a_stop_drains_as_long_as_the_plan_says_counted_from_the_stop() {
    var plan = Plans.of(get("/")).lasting(Duration.ofSeconds(60)).drain(Duration.ofSeconds(2));

    var run = new Simulation(plan.run(), _ -> new Reply.Silence()).runUntil(seconds(0.5))
        .stop(-1);

    assertThat(run.runUntil(seconds(2.5)).engine.isOver()).isFalse();
    assertThat(run.runUntil(seconds(2.501)).engine.isOver()).isTrue();
  }

  @Test
  void a_stop_may_give_less_time_than_the_plan_and_never_more() {
    var plan = Plans.of(get("/")).lasting(Duration.ofSeconds(60)).drain(Duration.ofSeconds(2));

    var atOnce = new Simulation(plan.run(), _ -> ok(900)).runUntil(seconds(0.5)).stop(0);
    var soon = new Simulation(plan.run(), _ -> ok(900)).runUntil(seconds(0.5))
        .stop(seconds(0.1))
        .runUntil(seconds(0.7));
    var huge = new Simulation(plan.run(), _ -> ok(900)).runUntil(seconds(0.5))
        .stop(Long.MAX_VALUE)
        .runToEnd();

    assertThat(atOnce.ticks()).extracting(Tick::inFlight, Tick::last)
        .containsExactly(tuple(1, true));
    assertThat(soon.engine.isOver()).isTrue();
    assertThat(huge.answered()).isEqualTo(1);
  }

  @Test
  void a_run_stopped_before_its_start_ends_at_once_with_its_last_tick() {
    var run = new Simulation(Plans.of(get("/")).run(), _ -> ok(1));

    run.engine.stop(-1, Simulation.START - seconds(1));

    assertThat(run.ticks()).extracting(Tick::number, Tick::users, Tick::last)
        .containsExactly(tuple(0L, 0, true));
  }

  @Test
  void every_event_is_in_the_tick_of_its_instant_also_after_a_pause() {
    var plan = Plans.of(get("/"), think(900)).users(2).lasting(Duration.ofSeconds(8));

    var run = new Simulation(plan.run(), _ -> ok(100)).runUntil(seconds(1.5))
        .pauseUntil(seconds(4.2))
        .runToEnd();

    for (Tick tick : run.ticks()) {
      assertThat(tick.ends()).as("tick %d", tick.number())
          .allMatch(end -> Simulation.millis(end.endNanos()) / 1_000 == tick.number());
      long sentIn = run.sentMillis().stream().filter(at -> at / 1_000 == tick.number()).count();
      assertThat(tick.sent()).as("tick %d", tick.number()).isEqualTo((int) sentIn);
    }
    assertThat(run.ticks()).extracting(Tick::number)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
  }

  @Test
  void a_tick_counts_the_users_that_run_at_its_end() {
    var spawn = new Load.Spawn(new Rate(2, 1_000_000_000), null);
    var plan = Plans.of(get("/"), think(60_000))
        .users(5)
        .shape(spawn)
        .lasting(Duration.ofSeconds(4));

    var run = new Simulation(plan.run(), _ -> ok(1)).runToEnd();

    // Users 2 and 4 start with ticks 1 and 2.
    assertThat(run.ticks()).extracting(Tick::users).containsExactly(2, 4, 5, 5);
  }
}
