package dev.muster.worker.engine;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.task;
import static dev.muster.worker.Plans.think;
import static dev.muster.worker.Plans.to;
import static dev.muster.worker.engine.Reply.ok;
import static dev.muster.worker.engine.Simulation.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.plan.RunPlan;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.Load;
import dev.muster.plan.load.Rate;
import dev.muster.plan.load.UserProfile;
import dev.muster.worker.Plans;
import dev.muster.worker.engine.CollectingRecorder.Tick;
import dev.muster.worker.engine.ScriptedRequester.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lanes that go from one worker to another while the load is on. */
class HandoverTest {

  private static final Comparator<Sent> BY_USER = Comparator.comparingLong(Sent::user)
      .thenComparingLong(Sent::iteration)
      .thenComparingInt(Sent::request)
      .thenComparingLong(Sent::dueNanos);

  @Test
  void whatever_is_handed_over_when_the_same_requests_are_sent_at_the_same_instants() {
    for (int seed = 0; seed < 60; seed++) {
      RunPlan run = anyPlan(new Random(seed)).run();
      List<Sent> alone = new ArrayList<>(
          new Simulation(run, _ -> ok(27)).runToEnd().requester.sent());
      alone.sort(BY_USER);

      var cluster = new Cluster(run, new Random(seed));

      assertThat(cluster.sent()).as("seed %d", seed).isEqualTo(alone);
    }
  }

  @Test
  void users_are_counted_where_they_are() {
    RunPlan run = Plans.of(get("/"), think(300, 900))
        .users(20)
        .lasting(Duration.ofSeconds(9))
        .run();

    var cluster = new Cluster(run, new Random(1));

    for (int tick = 0; tick < 8; tick++) {
      int users = 0;
      for (Simulation engine : cluster.engines) {
        users += engine.ticks().get(tick).users();
      }
      assertThat(users).as("tick %d", tick)
          .isEqualTo(((UserProfile) run.profile()).usersAt(seconds(tick + 1) - 1));
    }
  }

  @Test
  void a_user_that_waits_for_an_answer_goes_when_it_has_it() {
    RunPlan run = Plans.of(get("/"), think(2_000)).lasting(Duration.ofSeconds(9)).run();
    var simulation = new Simulation(run, _ -> ok(500)).runUntil(seconds(0.1)).letGo(false, 0);
    assertThat(simulation.recorder.takeGone()).isEmpty();

    simulation.runUntil(seconds(0.6));

    assertThat(simulation.recorder.takeGone())
        .extracting(LaneState::lane, LaneState::iteration, LaneState::dueNanos)
        .containsExactly(tuple(0, 1L, seconds(2.5)));
    simulation.runToEnd();
    assertThat(simulation.sentMillis()).containsExactly(0L);
    assertThat(simulation.ticks()).extracting(Tick::users)
        .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void a_user_that_is_about_to_send_sends_before_it_goes() {
    RunPlan run = Plans.of(get("/"), think(1_000)).lasting(Duration.ofSeconds(9)).run();
    var simulation = new Simulation(run, _ -> ok(10)).runUntil(seconds(0.9)).letGo(false, 0);

    simulation.runUntil(seconds(1.1));

    assertThat(simulation.sentMillis()).containsExactly(0L, 1_010L);
    assertThat(simulation.recorder.takeGone()).extracting(LaneState::dueNanos)
        .containsExactly(seconds(2.02));
  }

  @Test
  void of_lanes_that_are_somebody_elses_already_nothing_is_sent_any_more() {
    RunPlan run = Plans.of(get("/"), think(1_000)).users(2).lasting(Duration.ofSeconds(9)).run();
    var simulation = new Simulation(run, _ -> ok(10)).runUntil(seconds(0.9));

    simulation.letGo(true, 0).runToEnd();

    assertThat(simulation.requester.sent().stream().filter(sent -> sent.user() == 0)).hasSize(1);
    assertThat(simulation.requester.sent().stream().filter(sent -> sent.user() == 1)).hasSize(9);
  }

  @Test
  void nor_are_arrivals_that_came_while_their_worker_stood_still() {
    RunPlan run = Plans.of(get("/")).perSecond(10).lasting(Duration.ofSeconds(9)).run();
    var simulation = new Simulation(run, _ -> ok(10)).runUntil(seconds(2)).pauseUntil(seconds(6));

    simulation.letGo(true, IntStream.range(0, run.lanes()).toArray()).runToEnd();

    assertThat(simulation.sentMillis()).hasSize(20).allMatch(instant -> instant < 2_000);
  }

  @Test
  void a_lane_that_is_to_go_at_once_when_it_is_going_or_gone_is_told_of_once() {
    for (Plans plan : List.of(
        Plans.of(get("/"), think(1_000)).users(9), Plans.of(get("/")).perSecond(20))) {
      RunPlan run = plan.lasting(Duration.ofSeconds(9)).run();
      int[] lanes = IntStream.range(0, run.lanes()).toArray();
      var simulation = new Simulation(run, _ -> ok(100)).runUntil(seconds(2.05))
          .pauseUntil(seconds(5));

      simulation.letGo(false, lanes).letGo(true, lanes).runToEnd();

      assertThat(simulation.recorder.takeGone()).extracting(LaneState::lane)
          .containsExactlyInAnyOrder(Arrays.stream(lanes).boxed().toArray(Integer[]::new));
      assertThat(simulation.sentMillis()).allMatch(instant -> instant <= 5_000);
    }
  }

  @Test
  void users_of_a_lost_worker_go_on_with_the_iteration_after_the_last_they_began_spread_over_a_wait() {
    RunPlan run = Plans.of(get("/"), think(5_000, 9_000))
        .users(1_000)
        .lasting(Duration.ofSeconds(60))
        .run();
    var lost = new Simulation(run, _ -> ok(27)).runUntil(seconds(30.5));
    var heir = new Simulation(run, new int[0], _ -> ok(27)).runUntil(seconds(33));

    heir.take(
        IntStream.range(0, 1_000)
            .mapToObj(lane -> LaneState.lost(lane, lost.recorder.newest(lane) + 1))
            .toList());
    heir.runUntil(seconds(34.1));

    assertThat(heir.ticks().get(33).users()).isEqualTo(1_000);
    assertThat(heir.ticks().get(33).sent()).isBetween(100, 200);
    heir.runToEnd();
    assertThat(heir.requester.sent())
        .allMatch(sent -> sent.iteration() > lost.recorder.newest((int) sent.user()));
    assertThat(heir.ticks().subList(40, 58)).extracting(Tick::sent)
        .allMatch(sent -> sent > 100 && sent < 190);
  }

  @Test
  void a_user_makes_the_same_choices_in_an_iteration_whatever_became_of_those_before() {
    RunPlan run = Plans.of(get("/"), think(100, 900)).lasting(Duration.ofSeconds(20)).run();
    List<Sent> alone = new Simulation(run, _ -> ok(10)).runToEnd().requester.sent();
    var heir = new Simulation(run, new int[0], _ -> ok(10)).runUntil(seconds(3));

    heir.take(List.of(new LaneState(0, 7, seconds(4), null))).runToEnd();

    List<Sent> late = heir.requester.sent();
    assertThat(late.get(1).dueNanos() - late.get(0).dueNanos())
        .isEqualTo(alone.get(8).dueNanos() - alone.get(7).dueNanos());
  }

  @Test
  void arrivals_of_a_lost_worker_go_on_from_the_instant_of_the_takeover() {
    RunPlan run = Plans.of(get("/")).perSecond(100).lasting(Duration.ofSeconds(10)).run();
    int[] odd = IntStream.range(0, run.lanes()).filter(lane -> lane % 2 == 1).toArray();
    int[] even = IntStream.range(0, run.lanes()).filter(lane -> lane % 2 == 0).toArray();
    var heir = new Simulation(run, even, _ -> ok(1)).runUntil(seconds(5));

    heir.take(Arrays.stream(odd).mapToObj(lane -> LaneState.lost(lane, 0)).toList()).runToEnd();

    assertThat(heir.ticks()).extracting(Tick::sent)
        .containsExactly(50, 50, 50, 50, 50, 100, 100, 100, 100, 100);
  }

  /** Three engines in step, between which lanes go to and fro as the dice have it. */
  private static final class Cluster {

    private static final long STEP = seconds(0.05);

    final List<Simulation> engines = new ArrayList<>();
    private final int[] owner;
    private final int[] heir;

    Cluster(RunPlan run, Random random) {
      owner = new int[run.lanes()];
      Arrays.setAll(owner, lane -> lane % 3);
      heir = owner.clone();
      for (int engine = 0; engine < 3; engine++) {
        int own = engine;
        engines.add(
            new Simulation(
                run, IntStream.range(0, owner.length).filter(lane -> owner[lane] == own).toArray(),
                _ -> ok(27)));
      }
      long end = run.profile().durationNanos();
      for (long now = STEP; now < end; now += STEP) {
        for (int engine = 0; engine < 3; engine++) {
          engines.get(engine).runUntil(now);
          deliverFrom(engine);
        }
        if (random.nextInt(4) == 0) {
          letGo(random);
        }
      }
      engines.forEach(Simulation::runToEnd);
      for (int engine = 0; engine < 3; engine++) {
        deliverFrom(engine);
      }
    }

    private void letGo(Random random) {
      int from = random.nextInt(3);
      int[] lanes = IntStream.range(0, owner.length)
          .filter(lane -> owner[lane] == from && heir[lane] == from && random.nextBoolean())
          .toArray();
      for (int lane : lanes) {
        heir[lane] = (from + 1 + random.nextInt(2)) % 3;
      }
      engines.get(from).letGo(false, lanes);
      deliverFrom(from);
    }

    private void deliverFrom(int engine) {
      for (LaneState state : engines.get(engine).recorder.takeGone()) {
        owner[state.lane()] = heir[state.lane()];
        engines.get(owner[state.lane()]).take(List.of(state));
      }
    }

    List<Sent> sent() {
      var sent = new ArrayList<Sent>();
      engines.forEach(engine -> sent.addAll(engine.requester.sent()));
      sent.sort(BY_USER);
      return sent;
    }
  }

  private static Plans anyPlan(Random random) {
    // Nobody sends within a step of its last answer: a request that falls due while its user is on the
    // way would be late.
    var plan = Plans.empty().seed(random.nextLong()).users(1 + random.nextInt(20));
    plan.scenario(
        1, random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(2_000)),
        task(1 + random.nextInt(3), get("/a"), think(150 + random.nextInt(300), 900)),
        task(
            1 + random.nextInt(3), think(100 + random.nextInt(90), 500), get("/b"), think(200),
            get("/c"), think(150)));
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
    return plan.lasting(Duration.ofMillis(100 + random.nextInt(9_000)));
  }
}
