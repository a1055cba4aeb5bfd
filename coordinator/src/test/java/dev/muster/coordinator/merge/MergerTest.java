package dev.muster.coordinator.merge;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static dev.muster.coordinator.merge.SampleSnapshots.checked;
import static dev.muster.coordinator.merge.SampleSnapshots.quiet;
import static dev.muster.coordinator.merge.SampleSnapshots.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.v1.Outcome;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergerTest {

  private record Arrival(String worker, CheckedSnapshot snapshot) {}

  @Test
  void the_sum_of_the_workers_is_one_histogram_bucket_for_bucket_in_any_order_of_arrival() {
    for (int seed = 0; seed < 50; seed++) {
      var random = new Random(seed);
      var workers = List.of("a", "b", "c");
      var all = SeriesTimes.emptyHistogram();
      var arrivals = new ArrayList<Arrival>();
      for (String worker : workers) {
        int ticks = 1 + random.nextInt(5);
        for (int tick = 0; tick < ticks; tick++) {
          long[] micros = random.longs(random.nextInt(50), 1, 3_000_000_000L).toArray();
          for (long each : micros) {
            all.recordValue(each);
          }
          arrivals.add(
              new Arrival(
                  worker,
                  checked(
                      answered("r", tick, micros).setInFlight(tick).setLast(tick == ticks - 1))));
        }
      }
      List<MergedTick> inOrder = merged(workers, arrivals);
      Collections.shuffle(arrivals, random);

      assertThat(merged(workers, arrivals)).as("seed " + seed).isEqualTo(inOrder);
      var sum = SeriesTimes.emptyHistogram();
      inOrder.forEach(t -> t.series().values().forEach(times -> sum.add(times.serviceTime())));
      assertThat(sum).as("seed " + seed).isEqualTo(all);
    }
  }

  private static List<MergedTick> merged(List<String> workers, List<Arrival> arrivals) {
    var merger = new Merger(workers);
    var ticks = new ArrayList<MergedTick>();
    for (Arrival each : arrivals) {
      merger.add(each.worker(), each.snapshot());
      for (var tick = merger.nextFinal(); tick.isPresent(); tick = merger.nextFinal()) {
        ticks.add(tick.get());
      }
    }
    return ticks;
  }

  @Test
  void a_tick_waits_for_every_worker() {
    var merger = new Merger(List.of("a", "b"));
    merger.add("a", checked(answered("r", 0, 100).setDropped(2)));
    assertThat(merger.nextFinal()).isEmpty();

    merger.add("b", checked(refused("r", 0, 100, 200).setDropped(3)));

    MergedTick tick = merger.nextFinal().orElseThrow();
    assertThat(tick.users()).isEqualTo(2);
    assertThat(tick.sent()).isEqualTo(3);
    assertThat(tick.dropped()).isEqualTo(5);
    assertThat(tick.series()).hasSize(2);
    assertThat(tick.failures().values()).containsExactly(2L);
    assertThat(merger.nextFinal()).isEmpty();
  }

  @Test
  void the_parts_of_requests_are_added_and_none_where_a_worker_tells_of_none() {
    var merger = new Merger(List.of("a", "b", "c"));
    var two = SampleSnapshots.encoded(SampleSnapshots.histogram(70, 80));
    merger.add("a",
        checked(answered("r", 0, 100, 200).setConnectTime(two).setTimeToFirstByte(two)));
    merger.add("b", checked(answered("r", 0, 100).setConnectTime(two)));
    merger.add("c", checked(answered("r", 0, 100)));

    PhaseTimes phases = merger.nextFinal().orElseThrow().phases();

    assertThat(phases.connectTime()).isEqualTo(SampleSnapshots.histogram(70, 80, 70, 80));
    assertThat(phases.timeToFirstByte()).isEqualTo(SampleSnapshots.histogram(70, 80));
    assertThat(phases.tlsTime().getTotalCount()).isZero();
  }

  @Test
  void a_worker_that_is_done_counts_zero_and_leaves_what_was_in_flight() {
    var merger = new Merger(List.of("a", "b"));
    merger.add("a", checked(answered("r", 0, 100).setInFlight(3).setLast(true)));
    merger.add("b", checked(answered("r", 0, 100).setInFlight(1)));
    merger.add("b", checked(answered("r", 1, 100).setInFlight(2)));

    assertThat(merger.nextFinal().orElseThrow().inFlight()).isEqualTo(4);
    MergedTick second = merger.nextFinal().orElseThrow();
    assertThat(second.inFlight()).isEqualTo(5);
    assertThat(second.users()).isEqualTo(1);
  }

  @Test
  void the_last_snapshot_does_not_stand_for_an_earlier_one_that_is_still_under_way() {
    var merger = new Merger(List.of("a"));
    merger.add("a", checked(quiet("r", 1).setLast(true)));
    assertThat(merger.nextFinal()).isEmpty();

    merger.add("a", checked(answered("r", 0, 100)));

    assertThat(merger.nextFinal().orElseThrow().sent()).isEqualTo(1);
    assertThat(merger.nextFinal()).isPresent();
  }

  @Test
  void a_lost_worker_is_not_waited_for_until_it_is_counted_on_again() {
    var merger = new Merger(List.of("a", "b"));
    merger.add("b", checked(answered("r", 0, 100)));
    merger.add("b", checked(answered("r", 1, 100)));
    merger.giveUp("a");
    assertThat(merger.nextFinal()).isPresent();

    merger.countOnAgain("a");
    assertThat(merger.nextFinal()).isEmpty();
    merger.add("a", checked(answered("r", 0, 100)));
    merger.add("a", checked(answered("r", 1, 100)));

    assertThat(merger.nextFinal().orElseThrow().sent()).isEqualTo(2);
  }

  @Test
  void a_tick_that_nobody_delivered_is_empty() {
    var merger = new Merger(List.of("a"));
    merger.add("a", checked(quiet("r", 1)));
    merger.giveUp("a");

    assertThat(merger.nextFinal().orElseThrow().series()).isEmpty();
    assertThat(merger.nextFinal()).isPresent();
    assertThat(merger.nextFinal()).isEmpty();
  }

  @Test
  void a_last_snapshot_that_comes_too_late_still_says_that_no_more_will_come() {
    var merger = new Merger(List.of("a", "b"));
    merger.giveUp("a");
    merger.add("b", checked(answered("r", 0, 100)));
    assertThat(merger.nextFinal()).isPresent();

    merger.countOnAgain("a");
    merger.add("a", checked(answered("r", 0, 100).setInFlight(3).setLast(true)));
    merger.add("b", checked(answered("r", 1, 100)));

    MergedTick second = merger.nextFinal().orElseThrow();
    assertThat(second.sent()).isEqualTo(1);
    assertThat(second.inFlight()).isEqualTo(3);
  }

  @Test
  void with_a_bound_it_goes_on_without_who_is_too_far_behind() {
    var merger = new Merger(List.of("a", "b"), 2);
    merger.add("b", checked(answered("r", 0, 100)));
    merger.add("b", checked(answered("r", 1, 100)));
    assertThat(merger.nextFinal()).isEmpty();

    merger.add("b", checked(answered("r", 2, 100)));
    assertThat(merger.nextFinal()).map(MergedTick::sent).contains(1L);
    assertThat(merger.nextFinal()).isEmpty();

    merger.add("a", checked(answered("r", 0, 100)));
    merger.add("a", checked(answered("r", 1, 100)));
    assertThat(merger.nextFinal()).map(MergedTick::sent).contains(2L);
  }

  @Test
  void what_it_holds_is_bounded_however_long_the_run_and_whoever_stands_still() {
    int ticks = 20_000;
    int bound = 4;
    var merger = new Merger(List.of("a", "b", "stuck"), bound);
    Series series = SampleSnapshots.series(Outcome.OUTCOME_ANSWERED, 100, 2_000_000);
    var everything = new TimeCounts();
    long merged = 0;
    for (int tick = 0; tick < ticks; tick++) {
      CheckedSnapshot snapshot = checked(quiet("r", tick).setSent(2).addSeries(series));
      merger.add("a", snapshot);
      merger.add("b", snapshot);
      snapshot.parts().forEach(part -> everything.add(part.responseTime()));
      for (var next = merger.nextFinal(); next.isPresent(); next = merger.nextFinal()) {
        merged += next.get().sent();
      }
      assertThat(merger.openTicks()).as("tick %d", tick).isLessThanOrEqualTo(bound);
    }

    assertThat(merged).isEqualTo(4L * (ticks - bound));
    assertThat(everything.total()).isEqualTo(2L * ticks);
    assertThat(everything.buckets()).isLessThanOrEqualTo(TimeCounts.BUCKETS);
  }

  /** What workers sent, and stores hold, from before histograms travelled as they are. */
  @Test
  void a_snapshot_with_compressed_histograms_is_still_merged() throws IOException {
    byte[] snapshot;
    try (var file = Objects.requireNonNull(
        MergerTest.class.getResourceAsStream("compressed-snapshot.base64"))) {
      snapshot = Base64.getMimeDecoder().decode(file.readAllBytes());
    }
    var merger = new Merger(List.of("a"));
    merger.add("a", SnapshotCheck.checked(Snapshot.parseFrom(snapshot)));

    MergedTick tick = merger.nextFinal().orElseThrow();
    assertThat(tick.users()).isEqualTo(7);
    SeriesTimes times = tick.series().values().iterator().next();
    assertThat(times.bodyBytes()).isEqualTo(3_200);
    assertThat(LatencyStats.of(times.serviceTime()).p50Ms()).isEqualTo(2);
    assertThat(times.serviceTime().getMinValue()).isEqualTo(1_000);
    assertThat(times.serviceTime().getCountAtValue(30_000_000)).isEqualTo(1);
    assertThat(times.responseTime().getTotalCount()).isEqualTo(4);
    assertThat(times.scheduleLag().getCountAtValue(10)).isEqualTo(4);
  }
}
