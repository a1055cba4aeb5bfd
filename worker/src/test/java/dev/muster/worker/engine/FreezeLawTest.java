package dev.muster.worker.engine;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static dev.muster.worker.engine.Simulation.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.plan.RunPlan;
import dev.muster.worker.Plans;
import dev.muster.worker.record.Histograms;
import dev.muster.worker.record.LoopTick;
import dev.muster.worker.record.TickRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/**
 * A server that answers in 1 ms, but freezes in the last of every five seconds and answers what came
 * then when it is over. What its users wait for is arithmetic, and what is recorded must be the same.
 */
class FreezeLawTest {

  private static final long CYCLE = seconds(5);
  private static final long AWAKE = seconds(4);
  private static final long ANSWER = seconds(0.001);

  private static final double[] PERCENTS = {50, 75, 80, 90, 95, 99, 99.9, 100};

  /** How long a request waits that comes {@code nanos} after the start. */
  private static long waited(long nanos) {
    long inCycle = nanos % CYCLE;
    return (inCycle < AWAKE ? 0 : CYCLE - inCycle) + ANSWER;
  }

  private static Reply frozen(ScriptedRequester.Sent sent) {
    return new Reply.Answer(waited(sent.beganNanos() - Simulation.START), 200);
  }

  @Test
  void open_what_is_recorded_is_what_those_wait_for_who_come_at_a_constant_rate() {
    int perSecond = 997;
    RunPlan run = Plans.of(get("/")).perSecond(perSecond).lasting(Duration.ofSeconds(50)).run();
    long[] truth = LongStream.range(0, 50L * perSecond)
        .map(arrival -> waited(arrival * 1_000_000_000 / perSecond))
        .sorted()
        .toArray();

    Recorded recorded = Recorded.of(new Simulation(run, FreezeLawTest::frozen).runToEnd());

    assertSame(recorded.response(), truth);
    assertSame(recorded.service(), truth);
    assertSame(recorded.firstByte(), truth);
    // A fifth of them waits, each as long as any other up to a second.
    assertThat(recorded.response().getValueAtPercentile(50)).isEqualTo(1_000);
    assertThat((double) recorded.response().getValueAtPercentile(90)).isCloseTo(
        501_000, within(2_000.0));
    assertThat((double) recorded.response().getValueAtPercentile(99)).isCloseTo(
        951_000, within(2_000.0));
  }

  @Test
  void open_a_generator_that_is_late_changes_the_service_and_not_the_response() {
    RunPlan run = Plans.of(get("/")).perSecond(1_000).lasting(Duration.ofSeconds(10)).run();
    long[] truth = LongStream.range(0, 10_000)
        .map(arrival -> waited(arrival * 1_000_000))
        .toArray();
    // It stands still in the middle of a freeze: whoever came then would have had to wait anyway.
    Simulation simulation = new Simulation(run, FreezeLawTest::frozen)
        .runUntil(seconds(4.2))
        .pauseUntil(seconds(4.9))
        .runToEnd();

    Recorded recorded = Recorded.of(simulation);

    assertSame(recorded.response(), Arrays.stream(truth).sorted().toArray());
    // What it held back waited at the server for the last tenth of the freeze only.
    assertSame(
        recorded.service(),
        LongStream.range(0, 10_000)
            .map(arrival -> arrival * 1_000_000)
            .map(due -> due >= seconds(4.2) && due < seconds(4.9) ? seconds(4.9) : due)
            .map(FreezeLawTest::waited)
            .sorted()
            .toArray());
  }

  @Test
  void closed_both_clocks_are_reported_and_few_requests_of_a_user_meet_a_freeze() {
    RunPlan run = Plans.of(get("/"), think(19)).users(10).lasting(Duration.ofSeconds(50)).run();
    // All users do the same at once: each asks, waits, thinks for 19 ms.
    var waits = new ArrayList<Long>();
    for (long due = 0; due < seconds(50);) {
      waits.addAll(Collections.nCopies(10, waited(due)));
      due += waited(due) + seconds(0.019);
    }
    long[] truth = waits.stream().mapToLong(Long::longValue).sorted().toArray();

    Recorded recorded = Recorded.of(new Simulation(run, FreezeLawTest::frozen).runToEnd());

    assertSame(recorded.response(), truth);
    assertSame(recorded.service(), truth);
    assertThat(recorded.response().getValueAtPercentile(99)).isEqualTo(1_000);
    assertThat(recorded.response().getMaxValue()).isGreaterThan(980_000);
  }

  @Test
  void closed_what_was_late_is_in_the_response_alone() {
    RunPlan run = Plans.of(get("/"), think(19)).users(10).lasting(Duration.ofSeconds(4)).run();
    Simulation simulation = new Simulation(run, FreezeLawTest::frozen)
        .runUntil(seconds(1.0105))
        .pauseUntil(seconds(1.5))
        .runToEnd();

    Recorded recorded = Recorded.of(simulation);

    assertThat(recorded.service().getMaxValue()).isEqualTo(1_000);
    assertThat(recorded.lag().getMaxValue()).isBetween(480_000L, 480_500L);
    assertThat(recorded.response().getMaxValue()).isBetween(481_000L, 481_500L);
  }

  @Test
  void a_connect_is_in_the_response_and_in_neither_service_nor_lag() {
    RunPlan run = Plans.of(get("/"), think(99)).users(1).run();

    Recorded recorded = Recorded.of(
        new Simulation(
            run, sent -> sent.iteration() == 0
                ? new Reply.AfterConnect(seconds(0.3), new Reply.Answer(seconds(0.02), 200))
                : new Reply.Answer(seconds(0.02), 200))
            .runToEnd());

    assertSame(recorded.connect(), seconds(0.3));
    assertThat(recorded.response().getMaxValue()).isBetween(320_000L, 320_500L);
    assertThat(recorded.service().getTotalCount()).isGreaterThan(3);
    assertThat(recorded.service().getMinValue()).isEqualTo(20_000);
    assertThat(recorded.service().lowestEquivalentValue(recorded.service().getMaxValue()))
        .isEqualTo(20_000);
    assertThat(recorded.lag().getMaxValue()).isEqualTo(1);
  }

  /** Equal up to what a histogram of three digits can tell. */
  private static void assertSame(Histogram recorded, long... sortedNanos) {
    assertThat(recorded.getTotalCount()).isEqualTo(sortedNanos.length);
    for (double percent : PERCENTS) {
      int rank = Math.max(1, (int) Math.ceil(percent / 100 * sortedNanos.length));
      double exact = sortedNanos[rank - 1] / 1e3;
      assertThat((double) recorded.getValueAtPercentile(percent)).as("p%s", percent)
          .isCloseTo(exact, within(1 + exact / 1_000));
    }
    Histogram truth = new Histogram(1, Histograms.MAX_MICROS, 3);
    Arrays.stream(sortedNanos).forEach(nanos -> truth.recordValue((nanos + 500) / 1_000));
    assertThat(recorded).isEqualTo(truth);
  }

  /** What a worker's recorder makes of what an engine told. */
  private record Recorded(
      Histogram response, Histogram service, Histogram lag, Histogram connect,
      Histogram firstByte) {

    static Recorded of(Simulation simulation) {
      var ticks = new ArrayList<LoopTick>();
      var recorder = new TickRecorder(1, new Histograms(), ticks::add);
      simulation.recorder.tell(recorder);
      recorder.tickEnded(0, 0, 0, true);
      LoopTick all = ticks.getFirst();
      LoopTick.SeriesTick series = all.series().getFirst();
      return new Recorded(
          series.responseTime(), series.serviceTime(), series.scheduleLag(),
          all.phases().connectTime(), all.phases().timeToFirstByte());
    }
  }
}
