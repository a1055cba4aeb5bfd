package dev.muster.worker.engine;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.task;
import static dev.muster.worker.Plans.think;
import static dev.muster.worker.engine.Reply.ok;
import static dev.muster.worker.engine.Simulation.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.plan.RunPlan;
import dev.muster.plan.load.ArrivalProfile;
import dev.muster.plan.load.ArrivalTimes;
import dev.muster.plan.load.Load;
import dev.muster.worker.Plans;
import dev.muster.worker.engine.CollectingRecorder.Tick;
import dev.muster.worker.engine.ScriptedRequester.Sent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Users that arrive, do one iteration, and are gone. */
class OpenModelTest {

  private static final List<Long> EACH_TENTH = LongStream.range(0, 10)
      .mapToObj(k -> 100 * k)
      .toList();

  @Test
  void each_arrival_is_a_user_of_its_own_that_sends_at_its_planned_instant() {
    var run = new Simulation(Plans.of(get("/")).perSecond(10).run(), _ -> ok(27)).runToEnd();

    assertThat(run.dueMillis()).isEqualTo(EACH_TENTH);
    assertThat(run.sentMillis()).isEqualTo(EACH_TENTH);
    assertThat(run.requester.sent()).extracting(Sent::user)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(run.requester.sent()).extracting(Sent::iteration).containsOnly(0L);
    assertThat(run.dropped()).isZero();
  }

  @Test
  void a_slow_target_gets_as_many_requests() {
    var run = new Simulation(Plans.of(get("/")).perSecond(10).run(), _ -> ok(5_000)).runToEnd();

    assertThat(run.sentMillis()).isEqualTo(EACH_TENTH);
    assertThat(run.answered()).isEqualTo(10);
    assertThat(run.ticks()).extracting(Tick::users, Tick::inFlight)
        .startsWith(tuple(10, 10), tuple(10, 10))
        .endsWith(tuple(0, 0));
  }

  @Test
  void what_arrives_during_a_pause_is_sent_late_and_stays_due_at_its_instant() {
    var run = new Simulation(Plans.of(get("/")).perSecond(10).run(), _ -> ok(5))
        .runUntil(seconds(0.25))
        .pauseUntil(seconds(3))
        .runToEnd();

    assertThat(run.dueMillis()).isEqualTo(EACH_TENTH);
    assertThat(run.sentMillis()).startsWith(0L, 100L, 200L, 3_000L).endsWith(3_000L);
  }

  @Test
  void who_is_late_comes_after_a_look_at_the_answers_that_free_connections() {
    var run = new Simulation(Plans.of(get("/")).perSecond(1_000).run(), _ -> ok(20))
        .runUntil(seconds(0.5));
    int before = run.requester.sent().size();
    long late = Simulation.START + seconds(0.6);

    run.requester.happen(late);
    run.requester.happen(late);
    assertThat(run.requester.sent()).hasSize(before);

    // Not all of the hundred at once either: between batches there is another look.
    run.requester.bring(late);
    run.engine.advance(late);
    assertThat(run.requester.sent()).hasSizeGreaterThan(before).hasSizeLessThan(before + 50);
  }

  @Test
  void a_user_does_one_iteration_and_is_gone() {
    var plan = Plans.of(think(50), get("/a"), think(100), get("/b"), think(300))
        .perSecond(2)
        .lasting(Duration.ofSeconds(1));

    var run = new Simulation(plan.run(), _ -> ok(10)).runToEnd();

    assertThat(run.requester.sent()).extracting(Sent::user, Sent::request)
        .containsExactly(tuple(0L, 0), tuple(0L, 1), tuple(1L, 0), tuple(1L, 1));
    assertThat(run.dueMillis()).containsExactly(50L, 160L, 550L, 660L);
    assertThat(run.requester.rests()).containsExactly(0, 0);
  }

  @Test
  void nothing_is_due_at_the_end_of_the_load_or_later() {
    var plan = Plans.of(get("/a"), think(390), get("/b"))
        .perSecond(5)
        .lasting(Duration.ofSeconds(1));

    var run = new Simulation(plan.run(), _ -> ok(10)).runToEnd();

    // Those of 0, 200 and 400 ms get to their second request; the next would do so at 1 s.
    assertThat(run.dueMillis()).containsExactly(0L, 200L, 400L, 400L, 600L, 600L, 800L, 800L);
  }

  @Test
  void a_user_is_there_until_its_last_think_or_the_load_has_ended() {
    var plan = Plans.of(get("/"), think(1_500)).perSecond(1).lasting(Duration.ofSeconds(4));

    var run = new Simulation(plan.run(), _ -> ok(100)).runToEnd();

    // Each stays for 1.6 s, so the one before it is still there when it comes, and gone a while later.
    assertThat(run.ticks()).extracting(Tick::users).containsExactly(1, 1, 1, 1);
    assertThat(new Simulation(plan.run(), _ -> ok(100)).runUntil(seconds(1.5)).engine.running())
        .isEqualTo(2);
    assertThat(run.ticks()).hasSize(4);
  }

  @Test
  void who_finds_every_place_taken_is_dropped_and_counted() {
    var plan = Plans.of(get("/")).perSecond(10).maxUsers(2);

    var run = new Simulation(plan.run(), _ -> ok(450)).runToEnd();

    assertThat(run.sentMillis()).containsExactly(0L, 100L, 500L, 600L);
    assertThat(run.requester.sent()).extracting(Sent::user).containsExactly(0L, 1L, 5L, 6L);
    assertThat(run.ticks()).extracting(Tick::sent, Tick::dropped, Tick::users)
        .containsExactly(tuple(4, 6, 1), tuple(0, 0, 0));
  }

  @Test
  void who_thinks_takes_a_place_too() {
    var plan = Plans.of(get("/"), think(440)).perSecond(10).maxUsers(2);

    var run = new Simulation(plan.run(), _ -> ok(10)).runToEnd();

    assertThat(run.sentMillis()).containsExactly(0L, 100L, 500L, 600L);
    assertThat(run.dropped()).isEqualTo(6);
  }

  @Test
  void a_place_is_taken_again_by_who_comes_next() {
    var plan = Plans.of(get("/")).perSecond(1_000).lasting(Duration.ofSeconds(5));

    var run = new Simulation(plan.run(), _ -> ok(20)).runToEnd();

    assertThat(run.answered()).isEqualTo(5_000);
    assertThat(run.requester.rests()).hasSize(5_000);
    assertThat(run.requester.rests().stream().distinct()).hasSizeLessThanOrEqualTo(21);
  }

  @Test
  void after_a_pause_users_come_as_the_engine_gets_to_them() {
    var run = new Simulation(Plans.of(get("/")).perSecond(10_000).run(), _ -> ok(1));
    long late = Simulation.START + seconds(0.9);

    run.requester.bring(late);
    run.engine.advance(late);

    assertThat(run.engine.running()).isEqualTo(16);
    assertThat(run.engine.nextNanos()).isLessThanOrEqualTo(late);
    assertThat(run.pauseUntil(seconds(0.9)).runToEnd().answered()).isEqualTo(10_000);
  }

  @Test
  void what_an_arrival_draws_does_not_depend_on_when_others_are_answered() {
    var plan = Plans.empty()
        .scenario(1, null, task(1, get("/a"), think(0, 900)), task(1, get("/b"), think(0, 900)))
        .perSecond(200)
        .lasting(Duration.ofSeconds(3));

    Map<Long, Integer> quick = firstRequests(new Simulation(plan.run(), _ -> ok(1)).runToEnd());
    Map<Long, Integer> slow = firstRequests(
        new Simulation(plan.run(), sent -> ok(sent.user() % 7 * 400)).pauseUntil(seconds(1))
            .runToEnd());

    assertThat(slow).isEqualTo(quick);
    // 600 draws: sd 12; five of them either way.
    assertThat(quick.values().stream().filter(request -> request == 0).count())
        .isBetween(240L, 360L);
  }

  @Test
  void arrivals_follow_their_scenarios_in_turn() {
    var plan = Plans.empty()
        .scenario(2, null, task(1, get("/a")))
        .scenario(1, null, task(1, get("/b")))
        .perSecond(6);

    var run = new Simulation(plan.run(), _ -> ok(10)).runToEnd();

    assertThat(run.requester.sent()).filteredOn(sent -> sent.request() == 1)
        .extracting(Sent::user)
        .containsExactly(1L, 4L);
  }

  @Test
  void a_stop_lets_what_is_in_flight_end_and_nobody_comes_any_more() {
    var plan = Plans.of(get("/"), think(900)).perSecond(10).lasting(Duration.ofSeconds(60));

    var run = new Simulation(plan.run(), _ -> ok(150)).runUntil(seconds(0.35)).stop(-1).runToEnd();

    assertThat(run.sentMillis()).containsExactly(0L, 100L, 200L, 300L);
    assertThat(run.answered()).isEqualTo(4);
    assertThat(run.ticks()).extracting(Tick::number, Tick::users, Tick::last)
        .containsExactly(tuple(0L, 0, true));
  }

  @Test
  void a_drain_of_nothing_ends_the_run_when_all_that_was_due_is_sent() {
    var plan = Plans.of(get("/")).perSecond(1_000).drain(Duration.ZERO);

    var run = new Simulation(plan.run(), _ -> new Reply.Silence()).runUntil(seconds(0.5))
        .pauseUntil(seconds(1))
        .runToEnd();

    assertThat(run.engine.sent()).isEqualTo(1_000);
    assertThat(run.ticks().getLast().inFlight()).isEqualTo(1_000);
  }

  @Test
  void poisson_arrivals_are_sent_at_the_instants_of_their_lanes() {
    RunPlan plan = Plans.of(get("/")).perSecond(500).arrivals(Load.Arrivals.POISSON).seed(7).run();
    var planned = new HashMap<Long, Long>();
    ArrivalTimes times = ((ArrivalProfile) plan.profile())
        .times(7, IntStream.range(0, plan.lanes()).toArray());
    for (; times.nanos() < Long.MAX_VALUE; times.next()) {
      planned.put(times.number(), times.nanos());
    }

    var run = new Simulation(plan, _ -> ok(3)).runToEnd();

    assertThat(planned).hasSizeGreaterThan(400);
    assertThat(
        run.requester.sent()
            .stream()
            .collect(Collectors.toMap(Sent::user, sent -> sent.dueNanos() - Simulation.START)))
        .isEqualTo(planned);
  }

  private static Map<Long, Integer> firstRequests(Simulation run) {
    return run.requester.sent()
        .stream()
        .collect(Collectors.toMap(Sent::user, Sent::request));
  }
}
