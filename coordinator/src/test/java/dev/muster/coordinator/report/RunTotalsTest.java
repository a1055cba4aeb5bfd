package dev.muster.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.muster.coordinator.merge.MergedTick;
import dev.muster.coordinator.merge.MergedTick.FailureKey;
import dev.muster.coordinator.merge.PhaseTimes;
import dev.muster.coordinator.merge.SeriesKey;
import dev.muster.coordinator.merge.SeriesTimes;
import dev.muster.coordinator.merge.TickPoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunTotalsTest {

  @Test
  void totals_are_the_sum_of_the_ticks() {
    var totals = TinyRun.totals(TinyRun.ticks());

    assertThat(totals.sent()).isEqualTo(5);
    assertThat(totals.answered()).isEqualTo(4);
    assertThat(totals.failed()).isEqualTo(1);
    assertThat(totals.responseTime().getTotalCount()).isEqualTo(5);
    assertThat(totals.series().values()).extracting(SeriesTimes::bodyBytes)
        .containsExactly(300L, 0L, 50L);
    assertThat(totals.failures()).containsExactly(
        Map.entry(new FailureKey("GET", "/customerdata/{id}", "status_503"),
            new Failures(1, 2, 2)));
  }

  @Test
  void the_parts_of_requests_are_added_up() {
    var totals = TinyRun.totals(TinyRun.ticks());

    assertThat(totals.phases().connectTime().getTotalCount()).isEqualTo(2);
    assertThat(totals.phases().connectTime().getMinValue()).isEqualTo(300);
    assertThat(totals.phases().connectTime().getMaxValue()).isEqualTo(400);
    assertThat(totals.phases().timeToFirstByte().getTotalCount()).isEqualTo(2);
    assertThat(totals.phases().tlsTime().getTotalCount()).isZero();
  }

  @Test
  void a_user_is_busy_from_the_begin_of_a_request_to_its_end_whether_or_not_it_was_written() {
    var times = SeriesTimes.empty();
    for (long late : new long[]{1_000, 200}) {
      times.scheduleLag().recordValue(late);
      times.responseTime().recordValue(late + 1_000);
    }
    times.serviceTime().recordValue(10);
    var failed = new SeriesKey("GET", "/", SeriesKey.Outcome.FAILED);
    var totals = new RunTotals();
    assertThat(totals.meanBusyMicros()).isZero();

    totals.read(
        new MergedTick(
            0, 1, 2, 0, 0, new TreeMap<>(Map.of(failed, times)), Map.of(), PhaseTimes.empty()));

    assertThat(totals.meanBusyMicros()).isEqualTo(1_000);
  }

  @Test
  void dropped_arrivals_are_added_up() {
    var totals = TinyRun.totals(TinyRun.ticks());
    for (int tick = 3; tick < 5; tick++) {
      totals.read(new MergedTick(
          tick, 1, 0, tick, 0, new TreeMap<>(), Map.of(), PhaseTimes.empty()));
    }

    assertThat(totals.dropped()).isEqualTo(7);
    assertThat(totals.ticks()).extracting(TickPoint::dropped).containsExactly(0L, 0L, 0L, 3L, 4L);
  }

  @Test
  void rates_end_with_the_last_tick_in_which_a_request_ended() {
    var totals = TinyRun.totals(TinyRun.ticks());
    totals.read(TinyRun.answers(3, 0));

    assertThat(totals.ticks()).hasSize(4);
    assertThat(totals.endedSeconds()).isEqualTo(3);
    assertThat(totals.perSecond(6)).isEqualTo(2);
  }

  @Test
  void reading_leaves_a_tick_as_it_was() {
    var tick = TinyRun.answers(0, 2);
    var totals = new RunTotals();
    totals.read(tick);
    totals.read(TinyRun.answers(1, 5));

    assertThat(tick.series().values()).extracting(SeriesTimes::count).containsExactly(2L);
    assertThat(totals.series().values()).extracting(SeriesTimes::count).containsExactly(7L);
  }

  @Test
  void a_gap_between_ticks_is_refused() {
    var totals = TinyRun.totals(TinyRun.ticks());

    assertThatIllegalArgumentException().isThrownBy(() -> totals.read(TinyRun.answers(4, 1)))
        .withMessage("tick 4 after 3 ticks");
  }

  @Test
  void the_first_hundred_kinds_of_a_request_have_rows_and_the_others_share_one() {
    var totals = new RunTotals();
    for (int tick = 0; tick < 150; tick++) {
      totals.read(failures(tick, new FailureKey("GET", "/a", "kind_" + tick)));
    }
    totals.read(
        failures(150, new FailureKey("GET", "/a", "kind_7"), new FailureKey("PUT", "/a", "new")));

    assertThat(totals.failures()).hasSize(102)
        .containsEntry(new FailureKey("GET", "/a", "kind_7"), new Failures(2, 7, 150))
        .containsEntry(new FailureKey("GET", "/a", "other_kinds"), new Failures(50, 100, 149))
        .containsEntry(new FailureKey("PUT", "/a", "new"), new Failures(1, 150, 150));
    assertThat(totals.failures().values().stream().mapToLong(Failures::count).sum())
        .isEqualTo(152);
  }

  @Test
  void requests_without_a_port_have_a_row_however_many_kinds_there_are() {
    var totals = new RunTotals();
    for (int tick = 0; tick < 150; tick++) {
      totals.read(failures(tick, new FailureKey("GET", "/a", "kind_" + tick)));
    }
    totals.read(failures(150, new FailureKey("GET", "/a", "no_socket")));

    assertThat(totals.failures())
        .containsEntry(new FailureKey("GET", "/a", "no_socket"), new Failures(1, 150, 150));
  }

  @Test
  void which_kinds_have_rows_does_not_hang_on_the_order_within_a_tick() {
    for (int seed = 0; seed < 20; seed++) {
      var keys = IntStream.range(0, 150)
          .mapToObj(i -> new FailureKey("GET", "/a", "kind_" + i))
          .collect(Collectors.toCollection(ArrayList::new));
      var inOrder = new RunTotals();
      inOrder.read(failures(0, keys.toArray(FailureKey[]::new)));
      Collections.shuffle(keys, new Random(seed));
      var shuffled = new RunTotals();
      shuffled.read(failures(0, keys.toArray(FailureKey[]::new)));

      assertThat(shuffled.failures()).as("seed " + seed).isEqualTo(inOrder.failures());
    }
  }

  /** A tick in which a request failed for each of {@code keys}. */
  private static MergedTick failures(long tick, FailureKey... keys) {
    var failures = new LinkedHashMap<FailureKey, Long>();
    for (FailureKey key : keys) {
      failures.put(key, 1L);
    }
    return new MergedTick(
        tick, 1, keys.length, 0, 0, new TreeMap<>(), failures, PhaseTimes.empty());
  }

  @ParameterizedTest
  @CsvSource({"status_503, HTTP 503", "refused, Connection refused", "new_kind, new_kind",
      "other_kinds, Failures of further kinds"})
  void a_kind_of_failure_has_words(String kind, String words) {
    assertThat(Failures.words(kind)).isEqualTo(words);
  }
}
