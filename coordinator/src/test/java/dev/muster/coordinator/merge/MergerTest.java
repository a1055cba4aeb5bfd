package dev.muster.coordinator.merge;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static dev.muster.coordinator.merge.SampleSnapshots.quiet;
import static dev.muster.coordinator.merge.SampleSnapshots.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import dev.muster.v1.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MergerTest {

  private record Arrival(String worker, Snapshot snapshot) {}

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
                  answered("r", tick, micros).setInFlight(tick)
                      .setLast(tick == ticks - 1)
                      .build()));
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
    merger.add("a", answered("r", 0, 100).build());
    assertThat(merger.nextFinal()).isEmpty();

    merger.add("b", refused("r", 0, 100, 200).build());

    MergedTick tick = merger.nextFinal().orElseThrow();
    assertThat(tick.users()).isEqualTo(2);
    assertThat(tick.sent()).isEqualTo(3);
    assertThat(tick.series()).hasSize(2);
    assertThat(tick.failures().values()).containsExactly(2L);
    assertThat(merger.nextFinal()).isEmpty();
  }

  @Test
  void a_worker_that_is_done_counts_zero_and_leaves_what_was_in_flight() {
    var merger = new Merger(List.of("a", "b"));
    merger.add("a", answered("r", 0, 100).setInFlight(3).setLast(true).build());
    merger.add("b", answered("r", 0, 100).setInFlight(1).build());
    merger.add("b", answered("r", 1, 100).setInFlight(2).build());

    assertThat(merger.nextFinal().orElseThrow().inFlight()).isEqualTo(4);
    MergedTick second = merger.nextFinal().orElseThrow();
    assertThat(second.inFlight()).isEqualTo(5);
    assertThat(second.users()).isEqualTo(1);
  }

  @Test
  void the_last_snapshot_does_not_stand_for_an_earlier_one_that_is_still_under_way() {
    var merger = new Merger(List.of("a"));
    merger.add("a", quiet("r", 1).setLast(true).build());
    assertThat(merger.nextFinal()).isEmpty();

    merger.add("a", answered("r", 0, 100).build());

    assertThat(merger.nextFinal().orElseThrow().sent()).isEqualTo(1);
    assertThat(merger.nextFinal()).isPresent();
  }

  @Test
  void a_lost_worker_is_not_waited_for_until_it_is_counted_on_again() {
    var merger = new Merger(List.of("a", "b"));
    merger.add("b", answered("r", 0, 100).build());
    merger.add("b", answered("r", 1, 100).build());
    merger.giveUp("a");
    assertThat(merger.nextFinal()).isPresent();

    merger.countOnAgain("a");
    assertThat(merger.nextFinal()).isEmpty();
    merger.add("a", answered("r", 0, 100).build());
    merger.add("a", answered("r", 1, 100).build());

    assertThat(merger.nextFinal().orElseThrow().sent()).isEqualTo(2);
  }

  @Test
  void a_tick_that_nobody_delivered_is_empty() {
    var merger = new Merger(List.of("a"));
    merger.add("a", quiet("r", 1).build());
    merger.giveUp("a");

    assertThat(merger.nextFinal().orElseThrow().series()).isEmpty();
    assertThat(merger.nextFinal()).isPresent();
    assertThat(merger.nextFinal()).isEmpty();
  }

  @Test
  void a_broken_histogram_is_refused_and_leaves_the_sum_as_it_was() {
    var merger = new Merger(List.of("a"));
    Snapshot.Builder broken = answered("r", 0, 100);
    broken.addSeries(
        broken.getSeries(0).toBuilder().setScheduleLag(ByteString.copyFromUtf8("no histogram")));

    assertThatIllegalArgumentException().isThrownBy(() -> merger.add("a", broken.build()));

    merger.add("a", answered("r", 0, 100).build());
    assertThat(merger.nextFinal().orElseThrow().series().values()).extracting(SeriesTimes::count)
        .containsExactly(1L);
  }

  @Test
  void a_histogram_of_another_range_or_precision_is_refused() {
    for (var other : List.of(
        new Histogram(1, 1_000, 3), new Histogram(1, SeriesTimes.MAX_MICROS, 2),
        new Histogram(1_000, SeriesTimes.MAX_MICROS, 3))) {
      Snapshot.Builder snapshot = answered("r", 0, 100);
      snapshot.setSeries(
          0, snapshot.getSeries(0).toBuilder().setResponseTime(SampleSnapshots.encoded(other)));

      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Merger(List.of("a")).add("a", snapshot.build()))
          .withMessage("a histogram of a snapshot is not of 1 to 3600000000 µs in 3 digits");
    }
  }
}
