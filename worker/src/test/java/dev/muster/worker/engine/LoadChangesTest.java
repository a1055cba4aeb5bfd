package dev.muster.worker.engine;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.task;
import static dev.muster.worker.Plans.think;
import static dev.muster.worker.Plans.to;
import static dev.muster.worker.engine.Reply.ok;
import static dev.muster.worker.engine.Simulation.millis;
import static dev.muster.worker.engine.Simulation.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.muster.plan.RunPlan;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.Load;
import dev.muster.plan.load.LoadChange;
import dev.muster.plan.load.LoadChanges;
import dev.muster.plan.load.LoadProfile;
import dev.muster.plan.load.Rate;
import dev.muster.plan.load.UserProfile;
import dev.muster.worker.Plans;
import dev.muster.worker.engine.CollectingRecorder.Tick;
import dev.muster.worker.engine.ScriptedRequester.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A load that is changed while it is on. */
class LoadChangesTest {

  private static final Comparator<Sent> BY_USER = Comparator.comparingLong(Sent::user)
      .thenComparingLong(Sent::iteration)
      .thenComparingInt(Sent::request)
      .thenComparingLong(Sent::dueNanos);

  // ---- scale

  @Test
  void users_who_are_missing_begin_at_the_instant_and_stay() {
    Simulation run = new Simulation(everySecond(2, 10), lanes(5), _ -> ok(1))
        .runUntil(seconds(3))
        .change(scaled(3.5, 5))
        .runToEnd();

    assertThat(run.requester.sent()).hasSize(2 * 10 + 3 * 7);
    assertThat(sentBy(run, 4)).containsExactly(
        3_500L, 4_500L, 5_500L, 6_500L, 7_500L, 8_500L, 9_500L);
    assertThat(run.ticks()).extracting(Tick::users)
        .containsExactly(2, 2, 2, 5, 5, 5, 5, 5, 5, 5);
  }

  @Test
  void users_who_are_missing_come_as_quickly_as_the_plan_has_users_come() {
    RunPlan plan = Plans.of(get("/"), think(20_000))
        .users(2)
        .shape(new Load.Spawn(new Rate(2, 1_000_000_000), null))
        .lasting(Duration.ofSeconds(10))
        .run();

    Simulation run = new Simulation(plan, lanes(6), _ -> ok(1)).change(scaled(4, 6)).runToEnd();

    assertThat(run.sentMillis()).containsExactly(0L, 500L, 4_000L, 4_500L, 5_000L, 5_500L);
  }

  @Test
  void users_who_are_too_many_end_with_the_answer_that_they_wait_for() {
    RunPlan plan = everySecond(3, 10);

    Simulation run = new Simulation(plan, _ -> ok(800)).runUntil(seconds(4))
        .change(scaled(4.5, 1))
        .runToEnd();

    assertThat(sentBy(run, 0)).hasSize(10);
    assertThat(sentBy(run, 2)).containsExactly(0L, 1_000L, 2_000L, 3_000L, 4_000L);
    assertThat(run.answered()).isEqualTo(10 + 5 + 5);
    assertThat(run.ticks()).extracting(Tick::users)
        .containsExactly(3, 3, 3, 3, 1, 1, 1, 1, 1, 1);
    assertThat(run.requester.rests()).contains(1, 2);
  }

  @Test
  void users_who_come_back_go_on_with_their_next_iteration() {
    LoadChanges down = scaled(2.5, 1);
    LoadChanges up = down.with(new LoadChange.Scale(seconds(6.25), 2));

    Simulation run = new Simulation(everySecond(2, 10), _ -> ok(1)).runUntil(seconds(2))
        .change(down)
        .runUntil(seconds(6))
        .change(up)
        .runToEnd();

    assertThat(sentBy(run, 1)).containsExactly(
        0L, 1_000L, 2_000L, 6_250L, 7_250L, 8_250L, 9_250L);
    assertThat(run.requester.sent().stream().filter(sent -> sent.user() == 1))
        .extracting(Sent::iteration)
        .containsExactly(0L, 1L, 2L, 4L, 5L, 6L, 7L);
  }

  @Test
  void ramps_of_the_plan_are_over_when_it_is_scaled() {
    RunPlan plan = Plans.of(get("/"), think(1_000))
        .users(10)
        .stages(to(10, 5_000), to(0, 5_000))
        .lasting(Duration.ofSeconds(10))
        .run();

    Simulation run = new Simulation(plan, _ -> ok(1)).runUntil(seconds(2.5))
        .change(scaled(3, 4))
        .runToEnd();

    assertThat(run.ticks()).extracting(Tick::users).containsExactly(2, 4, 6, 4, 4, 4, 4, 4, 4, 4);
  }

  @Test
  void who_hears_of_it_too_late_does_not_make_up_for_it() {
    Simulation run = new Simulation(everySecond(1, 10), lanes(3), _ -> ok(1))
        .runUntil(seconds(7.2))
        .change(scaled(3.5, 3))
        .runToEnd();

    assertThat(sentBy(run, 2)).containsExactly(7_200L, 8_200L, 9_200L);
    assertThat(run.dueMillis()).isEqualTo(run.sentMillis());
  }

  // ---- pause

  @Test
  void in_a_pause_nothing_is_due_and_after_it_users_go_on_where_they_were() {
    Simulation run = new Simulation(everySecond(1, 10), _ -> ok(1)).runUntil(seconds(2.1))
        .change(paused(2.4))
        .runUntil(seconds(5))
        .change(paused(2.4, 5.2))
        .runToEnd();

    assertThat(run.sentMillis()).containsExactly(0L, 1_000L, 2_000L, 5_800L, 6_800L, 7_800L, 8_800L,
        9_800L);
    assertThat(run.dueMillis()).isEqualTo(run.sentMillis());
    assertThat(run.ticks()).hasSize(10).extracting(Tick::users).containsOnly(1);
  }

  @Test
  void after_a_pause_a_crowd_is_spread_as_it_was() {
    RunPlan plan = Plans.of(get("/"), think(5_000, 9_000))
        .users(1_000)
        .lasting(Duration.ofSeconds(60))
        .run();

    Simulation run = new Simulation(plan, _ -> ok(27)).runUntil(seconds(29))
        .change(paused(30))
        .runUntil(seconds(39))
        .change(paused(30, 40))
        .runToEnd();

    assertThat(run.ticks().subList(30, 40)).extracting(Tick::sent).containsOnly(0);
    assertThat(run.ticks().subList(40, 60)).extracting(Tick::sent)
        .allMatch(sent -> sent > 100 && sent < 190);
    Simulation through = new Simulation(plan, _ -> ok(27)).runUntil(seconds(50));
    assertThat(run.requester.sent().size())
        .isCloseTo(through.requester.sent().size(), offset(5));
  }

  @Test
  void a_user_has_the_answer_that_it_waits_for_and_thinks_when_the_pause_is_over() {
    RunPlan plan = Plans.of(get("/"), think(1_000)).lasting(Duration.ofSeconds(10)).run();

    Simulation run = new Simulation(plan, _ -> ok(600)).change(paused(0.5))
        .runUntil(seconds(3))
        .change(paused(0.5, 4))
        .runUntil(seconds(5.5));

    assertThat(run.answered()).isEqualTo(1);
    assertThat(run.sentMillis()).containsExactly(0L, 5_000L);
  }

  @Test
  void who_was_to_begin_in_a_pause_begins_after_it_one_after_another() {
    RunPlan plan = Plans.of(get("/"), think(20_000))
        .users(6)
        .shape(new Load.Spawn(new Rate(1, 1_000_000_000), null))
        .lasting(Duration.ofSeconds(10))
        .run();

    Simulation run = new Simulation(plan, _ -> ok(1)).change(paused(1.5, 4.5)).runToEnd();

    assertThat(run.sentMillis()).containsExactly(0L, 1_000L, 5_000L, 6_000L, 7_000L, 8_000L);
  }

  @Test
  void arrivals_of_a_pause_are_neither_made_up_for_nor_dropped() {
    RunPlan plan = Plans.of(get("/"))
        .perSecond(10)
        .maxUsers(3)
        .lasting(Duration.ofSeconds(10))
        .run();

    Simulation run = new Simulation(plan, _ -> ok(1)).runUntil(seconds(2.5))
        .change(paused(3))
        .runUntil(seconds(4.5))
        .change(paused(3, 5))
        .runToEnd();

    assertThat(run.ticks()).extracting(Tick::sent)
        .containsExactly(10, 10, 10, 0, 0, 10, 10, 10, 10, 10);
    assertThat(run.dropped()).isZero();
    assertThat(run.dueMillis()).isEqualTo(run.sentMillis());
  }

  @Test
  void a_pause_that_nobody_ends_lasts_to_the_end_of_the_load() {
    Simulation run = new Simulation(everySecond(3, 10), _ -> ok(1)).runUntil(seconds(2.1))
        .change(paused(2.4))
        .runToEnd();

    assertThat(run.requester.sent()).hasSize(9);
    assertThat(run.ticks()).hasSize(10).extracting(Tick::users).containsOnly(3);
    assertThat(run.engine.isOver()).isTrue();
    assertThat(millis(run.elapsedNanos() + Simulation.START)).isEqualTo(10_000);
  }

  @Test
  void arrivals_that_think_when_it_is_paused_to_the_end_stay_to_the_end() {
    RunPlan plan = Plans.of(get("/"), think(2_000))
        .perSecond(1)
        .lasting(Duration.ofSeconds(6))
        .run();

    Simulation run = new Simulation(plan, _ -> ok(1)).change(paused(2.5)).runToEnd();

    assertThat(run.ticks()).extracting(Tick::users).containsExactly(1, 2, 2, 2, 2, 2);
    assertThat(run.engine.isOver()).isTrue();
  }

  @Test
  void a_paused_load_can_be_stopped() {
    Simulation run = new Simulation(everySecond(3, 10), _ -> ok(1)).change(paused(2.4))
        .runUntil(seconds(5))
        .stop(-1)
        .runToEnd();

    assertThat(run.engine.isOver()).isTrue();
    assertThat(run.requester.sent()).hasSize(9);
    assertThat(run.ticks()).hasSize(6);
  }

  @Test
  void a_pause_that_is_heard_of_late_lasts_as_long_as_it_should() {
    Simulation run = new Simulation(everySecond(1, 12), _ -> ok(1)).runUntil(seconds(4.1))
        .change(paused(2.4))
        .runUntil(seconds(6))
        .change(paused(2.4, 7.4))
        .runToEnd();

    // It sent at 3 s and 4 s, when it should not have; so much longer it waits.
    assertThat(run.sentMillis()).containsExactly(0L, 1_000L, 2_000L, 3_000L, 4_000L, 10_000L,
        11_000L);
  }

  // ---- whoever does it

  @Test
  void whatever_is_changed_when_any_number_of_engines_sends_what_one_would() {
    for (int seed = 0; seed < 200; seed++) {
      Story story = Story.of(new Random(seed));
      List<Sent> alone = story.play(1);

      // Who comes back may have to wait for the answer from before.
      assertThat(alone).as("seed %d", seed)
          .allMatch(sent -> sent.beganNanos() - sent.dueNanos() <= 27_000_000);
      for (int engines : List.of(2, 3, 7)) {
        assertThat(story.play(engines)).as("seed %d, %d engines", seed, engines).isEqualTo(alone);
      }
    }
  }

  @Test
  void there_are_as_many_users_as_the_changed_profile_says() {
    for (int seed = 0; seed < 200; seed++) {
      Story story = Story.of(new Random(seed));
      if (story.changed() instanceof UserProfile profile) {
        Simulation run = story.simulation(0, 1);
        story.changeAsTold(run);
        run.runToEnd();

        for (Tick tick : run.ticks()) {
          long last = (tick.number() + 1) * 1_000_000_000 - 1;
          long byClock = story.all.clock().loadNanos(last);
          // In a pause, who is scaled away or to come is so from an instant on that is not over.
          if (last < profile.durationNanos() && story.all.clock().sinceStart(byClock) == last) {
            assertThat(tick.users()).as("seed %d, tick %d", seed, tick.number())
                .isEqualTo(profile.usersAt(byClock));
          }
        }
      }
    }
  }

  @Test
  void lanes_that_move_in_a_pause_go_on_where_they_were() {
    RunPlan plan = everySecond(2, 10);
    LoadChanges pause = paused(2.4);
    LoadChanges over = paused(2.4, 6.4);
    var from = new Simulation(plan, _ -> ok(1)).change(pause).runUntil(seconds(3)).letGo(false, 1);
    List<LaneState> gone = from.recorder.takeGone();
    var to = new Simulation(plan, new int[0], _ -> ok(1)).change(pause).runUntil(seconds(3.1));

    to.take(gone).runUntil(seconds(6));
    from.runUntil(seconds(6));
    to.change(over).runToEnd();
    from.change(over).runToEnd();

    assertThat(from.requester.sent().stream().filter(sent -> sent.user() == 1)).hasSize(3);
    assertThat(to.sentMillis()).containsExactly(7_000L, 8_000L, 9_000L);
    assertThat(to.requester.sent()).extracting(Sent::iteration).containsExactly(3L, 4L, 5L);
  }

  @Test
  void arrivals_that_came_before_their_worker_heard_of_a_pause_do_not_come_again_elsewhere() {
    RunPlan plan = Plans.of(get("/")).perSecond(10).lasting(Duration.ofSeconds(10)).run();
    var from = new Simulation(plan, _ -> ok(1)).runUntil(seconds(4.05)).change(paused(2.05));
    from.letGo(false, lanes(plan.lanes()));
    var to = new Simulation(plan, new int[0], _ -> ok(1)).change(paused(2.05))
        .runUntil(seconds(4.1))
        .take(from.recorder.takeGone());

    to.runUntil(seconds(5)).change(paused(2.05, 6.05)).runToEnd();
    from.runUntil(seconds(5)).change(paused(2.05, 6.05)).runToEnd();

    assertThat(from.requester.sent()).hasSize(41);
    assertThat(to.requester.sent()).hasSize(60 - 41);
    assertThat(to.sentMillis().getFirst()).isEqualTo(4_100 + 4_000);
  }

  /** A plan, and what is done to it while it is on, each thing told a little ahead. */
  private record Story(RunPlan plan, LoadChanges all) {

    private static final long AHEAD = seconds(0.3);

    static Story of(Random random) {
      RunPlan plan = anyPlan(random);
      long end = plan.profile().durationNanos();
      var changes = LoadChanges.NONE;
      for (long at = AHEAD; at < end; at += random.nextLong(end / 3)) {
        long when = at;
        LoadChange next = switch (random.nextInt(3)) {
          case 0 -> new LoadChange.Scale(when, 1 + random.nextInt(25));
          case 1 -> new LoadChange.Pause(when);
          default -> new LoadChange.Resume(when);
        };
        if (changes.refusal(next, plan.profile()).isEmpty()) {
          changes = changes.with(next);
        }
      }
      return new Story(plan, changes);
    }

    LoadProfile changed() {
      return all.appliedTo(plan.profile());
    }

    List<Sent> play(int engines) {
      var sent = new ArrayList<Sent>();
      for (int engine = 0; engine < engines; engine++) {
        Simulation simulation = simulation(engine, engines);
        changeAsTold(simulation);
        sent.addAll(simulation.runToEnd().requester.sent());
      }
      sent.sort(BY_USER);
      return sent;
    }

    Simulation simulation(int engine, int engines) {
      return new Simulation(
          plan,
          IntStream.range(0, changed().lanes()).filter(lane -> lane % engines == engine).toArray(),
          _ -> ok(27));
    }

    void changeAsTold(Simulation simulation) {
      var told = LoadChanges.NONE;
      for (LoadChange change : all.list()) {
        told = told.with(change);
        simulation.runUntil(change.atNanos() - AHEAD).change(told);
      }
    }
  }

  private static RunPlan anyPlan(Random random) {
    var plan = Plans.empty().seed(random.nextLong()).users(1 + random.nextInt(20));
    plan.scenario(
        1, random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(2_000)),
        task(1 + random.nextInt(3), get("/a"), think(50 + random.nextInt(300), 900)),
        task(1, think(100, 500), get("/b"), think(200), get("/c"), think(150)));
    int kind = random.nextInt(3);
    if (kind == 0) {
      plan.perSecond(1 + random.nextInt(300))
          .arrivals(random.nextBoolean() ? Load.Arrivals.REGULAR : Load.Arrivals.POISSON);
    } else if (kind == 1) {
      plan.shape(new Load.Spawn(new Rate(1 + random.nextInt(50), 1_000_000_000), null));
    } else {
      int users = plan.run().lanes();
      plan.stages(
          to(random.nextInt(users + 1), random.nextInt(1_500)),
          to(random.nextInt(users + 1), random.nextInt(1_500)),
          to(random.nextInt(users + 1), random.nextInt(1_500)));
    }
    return plan.lasting(Duration.ofMillis(500 + random.nextInt(9_000))).run();
  }

  private static RunPlan everySecond(int users, int seconds) {
    return Plans.empty()
        .scenario(1, Duration.ofSeconds(1), task(1, get("/")))
        .users(users)
        .lasting(Duration.ofSeconds(seconds))
        .run();
  }

  private static int[] lanes(int count) {
    return IntStream.range(0, count).toArray();
  }

  private static LoadChanges scaled(double second, int users) {
    return LoadChanges.NONE.with(new LoadChange.Scale(seconds(second), users));
  }

  private static LoadChanges paused(double from) {
    return LoadChanges.NONE.with(new LoadChange.Pause(seconds(from)));
  }

  private static LoadChanges paused(double from, double until) {
    return paused(from).with(new LoadChange.Resume(seconds(until)));
  }

  private static List<Long> sentBy(Simulation run, long user) {
    return run.requester.sent()
        .stream()
        .filter(sent -> sent.user() == user)
        .map(sent -> millis(sent.beganNanos()))
        .toList();
  }
}
