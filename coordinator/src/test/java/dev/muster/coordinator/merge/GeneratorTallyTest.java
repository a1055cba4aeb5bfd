package dev.muster.coordinator.merge;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static dev.muster.coordinator.merge.SampleSnapshots.quiet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.coordinator.merge.Disturbance.Cause;
import dev.muster.v1.Generator;
import dev.muster.v1.Snapshot;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** What a worker says of itself, tick by tick, and what is made of it. */
class GeneratorTallyTest {

  private static final long MS = 1_000_000;

  @Test
  void what_any_machine_in_use_does_is_no_disturbance() {
    assertThat(
        disturbances(
            tick(0, wellDoing().setLoopCpuNanos(700 * MS).setLoopWaitNanos(240 * MS)),
            tick(1, wellDoing().setLoopStallNanos(99 * MS).setProcessStallNanos(99 * MS)),
            tick(2, wellDoing().setGcNanos(99 * MS).setGcLongestNanos(50 * MS)),
            tick(3, wellDoing().setStealPerMille(99)),
            // Other processes and a worker of many threads are no trouble as long as loops have a core.
            tick(4,
                wellDoing().setCpuNanos(4_000 * MS).setBusyPerMille(1_000).setOthersPerMille(900)),
            answered("r", 5, 100).build()))
        .isEmpty();
  }

  @Test
  void each_cause_is_told_with_its_length() {
    assertThat(
        disturbances(
            tick(0, wellDoing().setLoopCpuNanos(700 * MS).setLoopWaitNanos(250 * MS)),
            tick(1, wellDoing().setLoopStallNanos(120 * MS)),
            tick(2, wellDoing().setProcessStallNanos(300 * MS).setLoopStallNanos(290 * MS)),
            tick(4, wellDoing().setGcNanos(220 * MS).setGcLongestNanos(200 * MS)),
            tick(5, wellDoing().setStealPerMille(250)),
            late(6, 150)))
        .containsExactly(
            new Disturbance("a", Cause.CPU, 0, 0, 950, 950),
            new Disturbance("a", Cause.STEAL, 5, 5, 250, 250),
            new Disturbance("a", Cause.GC, 4, 4, 200, 220),
            new Disturbance("a", Cause.STALL, 1, 2, 300, 420),
            new Disturbance("a", Cause.LAG, 6, 6, 149.888, 149.888));
  }

  @Test
  void many_short_stalls_of_a_tick_count_as_a_long_one() {
    assertThat(
        disturbances(
            tick(0, wellDoing().setProcessStallNanos(60 * MS).setProcessStalledNanos(99 * MS)),
            tick(1, wellDoing().setProcessStallNanos(60 * MS).setProcessStalledNanos(100 * MS)),
            tick(2, wellDoing().setLoopStallNanos(30 * MS).setLoopStalledNanos(700 * MS))))
        .containsExactly(new Disturbance("a", Cause.STALL, 1, 2, 60, 800));
  }

  @Test
  void a_stall_that_was_mostly_for_garbage_is_told_as_that() {
    assertThat(
        disturbances(
            tick(0, wellDoing().setProcessStallNanos(210 * MS).setGcLongestNanos(200 * MS)),
            tick(1, wellDoing().setProcessStallNanos(110 * MS).setGcLongestNanos(60 * MS)),
            tick(2, wellDoing().setProcessStallNanos(300 * MS).setGcLongestNanos(60 * MS))))
        .extracting(Disturbance::cause, Disturbance::firstTick, Disturbance::lastTick)
        .containsExactly(
            tuple(Cause.GC, 0L, 1L),
            tuple(Cause.STALL, 2L, 2L));
  }

  @Test
  void lateness_that_a_stall_explains_is_told_once() {
    Snapshot stalled = late(0, 250).toBuilder()
        .setGenerator(wellDoing().setProcessStallNanos(300 * MS))
        .build();

    assertThat(disturbances(stalled)).extracting(Disturbance::cause).containsExactly(Cause.STALL);
  }

  @Test
  void where_nothing_was_measured_nothing_was_disturbed() {
    Snapshot idle = quiet("r", 0).setUsers(3)
        .setGenerator(wellDoing().setProcessStallNanos(900 * MS).setLoopCpuNanos(1_000 * MS))
        .build();

    assertThat(disturbances(idle)).isEmpty();
  }

  @Test
  void ticks_on_end_are_one_disturbance_and_a_gap_begins_another() {
    Generator.Builder busy = wellDoing().setLoopCpuNanos(980 * MS);

    assertThat(disturbances(tick(3, busy), tick(4, busy), tick(5, busy), tick(7, busy)))
        .containsExactly(
            new Disturbance("a", Cause.CPU, 3, 5, 990, 2_970),
            new Disturbance("a", Cause.CPU, 7, 7, 990, 990));
  }

  @Test
  void figures_are_of_the_whole_run_idle_ticks_included() {
    WorkerTally tally = tally(
        tick(0, wellDoing().setGcNanos(30 * MS).setGcLongestNanos(20 * MS).setStealPerMille(15)),
        quiet("r", 1)
            .setGenerator(
                wellDoing().setIntervalNanos(500 * MS)
                    .setCpuNanos(600 * MS)
                    .setLoopCpuNanos(400 * MS)
                    .setLoopWaitNanos(25 * MS)
                    .setGcNanos(10 * MS)
                    .setGcLongestNanos(10 * MS)
                    .setLoopStallNanos(70 * MS))
            .build());

    assertThat(tally.generator().figures()).usingRecursiveComparison()
        .withComparatorForType((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : 1, Double.class)
        .isEqualTo(new GeneratorFigures(2, 60, 120, 85, 1.5, 40, 20, 70));
  }

  @Test
  void a_worker_that_tells_nothing_of_itself_has_no_figures() {
    assertThat(tally(answered("r", 0, 100).build()).generator().figures()).isNull();
  }

  @Test
  void a_machine_is_crowded_when_others_fill_it_for_a_quarter_of_the_time() {
    Generator.Builder crowded = wellDoing().setBusyPerMille(990).setOthersPerMille(700);
    Generator.Builder own = wellDoing().setBusyPerMille(990).setOthersPerMille(300);

    assertThat(tally(tick(0, crowded), tick(1, own)).evidence().crowded()).isTrue();
    assertThat(tally(tick(0, own), tick(1, own)).evidence().crowded()).isFalse();
    assertThat(
        tally(tick(0, crowded), tick(1, own), tick(2, own), tick(3, own), tick(4, own)).evidence()
            .crowded())
        .isFalse();
    assertThat(tally().evidence().crowded()).isFalse();
  }

  /** A worker with two cores of which it uses 300 ms in a second. */
  private static Generator.Builder wellDoing() {
    return Generator.newBuilder()
        .setIntervalNanos(1_000 * MS)
        .setCores(2)
        .setCpuNanos(300 * MS)
        .setLoopCpuNanos(200 * MS)
        .setLoopWaitNanos(10 * MS)
        .setLoopStallNanos(3 * MS)
        .setProcessStallNanos(2 * MS);
  }

  private static Snapshot tick(long tick, Generator.Builder generator) {
    return answered("r", tick, 100).setGenerator(generator).build();
  }

  /** A tick of one request that left so late. */
  private static Snapshot late(long tick, long lagMs) {
    Histogram lag = SeriesTimes.emptyHistogram();
    lag.recordValue(lagMs * 1_000);
    Snapshot.Builder snapshot = answered("r", tick, 100).setGenerator(wellDoing());
    return snapshot.setSeries(
        0, snapshot.getSeries(0).toBuilder().setScheduleLag(SampleSnapshots.encoded(lag))).build();
  }

  private static WorkerTally tally(Snapshot... snapshots) {
    var tally = new WorkerTally("a");
    Arrays.stream(snapshots).map(SnapshotCheck::checked).forEach(tally::add);
    return tally;
  }

  private static List<Disturbance> disturbances(Snapshot... snapshots) {
    return tally(snapshots).generator().disturbances();
  }
}
