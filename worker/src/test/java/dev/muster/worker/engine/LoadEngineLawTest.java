package dev.muster.worker.engine;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.task;
import static dev.muster.worker.Plans.think;
import static dev.muster.worker.Plans.to;
import static dev.muster.worker.engine.Reply.ok;
import static dev.muster.worker.engine.Simulation.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.plan.Expectation;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.Load;
import dev.muster.plan.load.Rate;
import dev.muster.plan.load.Share;
import dev.muster.worker.Plans;
import dev.muster.worker.engine.CollectingRecorder.Tick;
import dev.muster.worker.engine.ScriptedRequester.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LoadEngineLawTest {

  private static final Comparator<Sent> BY_USER = Comparator.comparingLong(Sent::user)
      .thenComparingLong(Sent::iteration)
      .thenComparingInt(Sent::request);

  @Test
  void any_split_of_a_plan_sends_the_same_requests_at_the_same_instants() {
    for (int seed = 0; seed < 40; seed++) {
      RunPlan run = anyPlan(new Random(seed)).run();
      List<Sent> alone = sentBy(run, 1);
      for (int engines : new int[]{2, 3, 7}) {
        assertThat(sentBy(run, engines)).as("seed %d, %d engines", seed, engines)
            .isEqualTo(alone);
      }
    }
  }

  @Test
  void what_was_sent_is_answered_failed_or_in_flight() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      Plans plan = anyPlan(random);
      RunPlan run = (random.nextBoolean() ? plan : plan.maxUsers(1 + random.nextInt(9))).run();
      var simulation = new Simulation(run, _ -> anyReply(random));
      while (!simulation.engine.isOver()) {
        switch (random.nextInt(12)) {
          case 0 -> simulation.pauseUntil(simulation.elapsedNanos() + random.nextLong(seconds(12)));
          case 1 -> {
            if (random.nextInt(10) == 0) {
              simulation.stop(random.nextLong(-1, seconds(2)));
            }
          }
          default -> simulation.runUntil(simulation.elapsedNanos() + random.nextLong(seconds(1)));
        }
      }

      List<Tick> ticks = simulation.ticks();
      long sent = ticks.stream().mapToLong(Tick::sent).sum();
      assertThat(sent).as("seed %d", seed)
          .isEqualTo(simulation.requester.sent().size())
          .isEqualTo(simulation.engine.sent())
          .isEqualTo(simulation.answered() + simulation.failed() + ticks.getLast().inFlight());
      assertThat(ticks).as("seed %d", seed).filteredOn(Tick::last).hasSize(1);
      for (int i = 0; i < ticks.size(); i++) {
        assertThat(ticks.get(i).number()).as("seed %d", seed).isEqualTo(i);
      }
      assertThat(simulation.requester.sent()).as("seed %d", seed)
          .allMatch(request -> request.dueNanos() <= request.beganNanos());
      assertThat(simulation.recorder.ends()).as("seed %d", seed)
          .allMatch(LoadEngineLawTest::isInOrder);
    }
  }

  /** Who is answered was written before, and who was never written has failed. */
  private static boolean isInOrder(CollectingRecorder.End end) {
    Long written = end.writtenNanos();
    return written == null
        ? end.failure() != null && end.beganNanos() <= end.endNanos()
        : end.beganNanos() <= written && written <= end.endNanos();
  }

  /** The held-out truth: what Locust sent in the experiment that Muster repeats. */
  @Test
  void the_published_experiment_sends_what_was_published() {
    int[] users = {50, 100, 200, 400, 800, 1_500};
    int[] published = {826, 1_648, 3_276, 6_497, 12_776, 23_202};
    for (int i = 0; i < users.length; i++) {
      RunPlan run = Plans.published(users[i]).run();
      Expectation expected = Expectation.of(run, Duration.ofMillis(27));

      long sent = new Simulation(run, _ -> ok(27)).runToEnd().engine.sent();

      assertThat((double) sent).as("%d users", users[i])
          .isCloseTo(expected.requests(), within(3 * expected.sd()))
          .isCloseTo(published[i], within(3 * expected.sd()));
    }
  }

  /** By all engines together; each begins its own share of the lanes at the same start instant. */
  private static List<Sent> sentBy(RunPlan run, int engines) {
    var sent = new ArrayList<Sent>();
    for (int engine = 0; engine < engines; engine++) {
      int[] lanes = Share.of(engine, engines, run.lanes()).lanes().toArray();
      sent.addAll(new Simulation(run, lanes, _ -> ok(27)).runToEnd().requester.sent());
    }
    sent.sort(BY_USER);
    return sent;
  }

  private static Plans anyPlan(Random random) {
    var plan = Plans.empty().seed(random.nextLong()).users(1 + random.nextInt(20));
    int scenarios = 1 + random.nextInt(2);
    for (int i = 0; i < scenarios; i++) {
      plan.scenario(
          1 + random.nextInt(3),
          random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(800)),
          task(1 + random.nextInt(3), get("/a"), think(1 + random.nextInt(300), 400)),
          task(
              1 + random.nextInt(3), think(random.nextInt(90), 90), get("/b"), get("/c"),
              think(5)));
    }
    int kind = random.nextInt(3);
    if (kind == 0) {
      plan.perSecond(1 + random.nextInt(30))
          .arrivals(random.nextBoolean() ? Load.Arrivals.REGULAR : Load.Arrivals.POISSON);
    } else if (kind == 1) {
      plan.shape(
          new Load.Spawn(new Rate(1 + random.nextInt(50), 1_000_000_000), null));
    } else {
      int users = plan.run().lanes();
      plan.stages(
          to(random.nextInt(users + 1), random.nextInt(1_500)),
          to(random.nextInt(users + 1), random.nextInt(1_500)),
          to(random.nextInt(users + 1), random.nextInt(1_500)),
          to(random.nextInt(users + 1), random.nextInt(1_500)));
    }
    if (random.nextBoolean()) {
      plan.drain(Duration.ofMillis(random.nextInt(3_000)));
    }
    return plan.lasting(Duration.ofMillis(100 + random.nextInt(5_000)))
        .timeout(Duration.ofMillis(50 + random.nextInt(3_000)))
        .connectTimeout(Duration.ofMillis(50 + random.nextInt(3_000)));
  }

  private static Reply anyReply(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> new Reply.Silence();
      case 1 -> new Reply.FailureAtOnce(FailureKind.NO_SOCKET);
      case 2 -> new Reply.Failure(random.nextLong(seconds(1)), FailureKind.RESET);
      case 3, 4 -> new Reply.AfterConnect(random.nextLong(seconds(1)), anyReply(random));
      case 5 -> new Reply.Answer(random.nextLong(seconds(9)), 200);
      default -> new Reply.Answer(random.nextLong(seconds(0.1)), 200 + random.nextInt(400));
    };
  }
}
