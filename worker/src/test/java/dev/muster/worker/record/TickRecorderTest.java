package dev.muster.worker.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.worker.engine.FailureKind;
import dev.muster.worker.record.LoopTick.FailureCount;
import dev.muster.worker.record.LoopTick.SeriesTick;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class TickRecorderTest {

  private static final long MS = 1_000_000;

  private final Histograms histograms = new Histograms();
  private final List<LoopTick> ticks = new ArrayList<>();
  private final TickRecorder recorder = new TickRecorder(3, histograms, ticks::add);

  @Test
  void each_outcome_is_in_its_own_series() {
    recorder.answered(0, 10, 0, 0, 0, MS);
    recorder.answered(0, 20, 0, 0, 0, MS);
    recorder.failed(0, FailureKind.RESET, 0, 0, 0, MS);
    recorder.refused(2, "status_503", 40, 0, 0, 0, MS);
    recorder.refused(2, "status_503", 40, 0, 0, 0, MS);
    recorder.refused(2, "status_404", 40, 0, 0, 0, MS);
    recorder.tickEnded(0, 1, 0, false);

    assertThat(ticks.getFirst().series())
        .extracting(
            SeriesTick::series, SeriesTick::answered, SeriesTick::bodyBytes,
            series -> series.responseTime().getTotalCount())
        .containsExactly(
            tuple(0, true, 30L, 2L), tuple(0, false, 0L, 1L), tuple(2, false, 120L, 3L));
    assertThat(ticks.getFirst().failures()).containsExactly(
        new FailureCount(0, "reset", 1), new FailureCount(2, "status_503", 2),
        new FailureCount(2, "status_404", 1));
  }

  @Test
  void response_counts_from_due_service_from_written_and_lag_ends_with_the_begin() {
    recorder.answered(0, 0, 100 * MS, 103 * MS, 104 * MS, 110 * MS);
    recorder.failed(1, FailureKind.TIMEOUT, 100 * MS, 101 * MS, 102 * MS, 105 * MS);
    recorder.tickEnded(0, 1, 0, false);

    assertThat(ticks.getFirst().series())
        .extracting(
            series -> only(series.responseTime()), series -> only(series.serviceTime()),
            series -> only(series.scheduleLag()))
        .containsExactly(tuple(10_000L, 6_000L, 3_000L), tuple(5_000L, 3_000L, 1_000L));
  }

  @Test
  void a_request_that_was_never_written_has_no_service_time() {
    recorder.failedUnwritten(0, FailureKind.CONNECT_TIMEOUT, 0, 1 * MS, 9 * MS);
    recorder.failed(0, FailureKind.TIMEOUT, 0, 0, 1 * MS, 4 * MS);
    recorder.tickEnded(0, 1, 0, false);

    SeriesTick series = ticks.getFirst().series().getFirst();
    assertThat(series.responseTime().getTotalCount()).isEqualTo(2);
    assertThat(series.scheduleLag().getTotalCount()).isEqualTo(2);
    assertThat(only(series.serviceTime())).isEqualTo(3_000);
    assertThat(ticks.getFirst().failures()).containsExactly(
        new FailureCount(0, "connect_timeout", 1), new FailureCount(0, "timeout", 1));
  }

  @Test
  void the_parts_of_requests_are_in_histograms_of_their_own_tick_by_tick() {
    recorder.connected(10 * MS, 13 * MS);
    recorder.secured(13 * MS, 20 * MS);
    recorder.tickEnded(0, 1, 0, false);
    recorder.firstByte(20 * MS, 31 * MS);
    recorder.tickEnded(1, 1, 0, false);

    assertThat(only(ticks.getFirst().phases().connectTime())).isEqualTo(3_000);
    assertThat(only(ticks.getFirst().phases().tlsTime())).isEqualTo(7_000);
    assertThat(ticks.getFirst().phases().timeToFirstByte().getTotalCount()).isZero();
    assertThat(ticks.getLast().phases().connectTime().getTotalCount()).isZero();
    assertThat(ticks.getLast().phases().tlsTime().getTotalCount()).isZero();
    assertThat(only(ticks.getLast().phases().timeToFirstByte())).isEqualTo(11_000);
  }

  @Test
  void times_are_microseconds_rounded_and_kept_between_one_and_an_hour() {
    assertThat(recorded(0)).isEqualTo(1);
    assertThat(recorded(-5 * MS)).isEqualTo(1);
    assertThat(recorded(1_499)).isEqualTo(1);
    assertThat(recorded(1_500)).isEqualTo(2);
    assertThat(recorded(999_499)).isEqualTo(999);
    Histogram hour = new Histogram(1, Histograms.MAX_MICROS, 3);
    assertThat(recorded(3_600_000 * MS)).isEqualTo(
        hour.lowestEquivalentValue(Histograms.MAX_MICROS));
    assertThat(recorded(9_000_000 * MS)).isEqualTo(
        hour.lowestEquivalentValue(Histograms.MAX_MICROS));
  }

  @Test
  void a_tick_holds_what_happened_since_the_one_before() {
    recorder.sent();
    recorder.sent();
    recorder.answered(1, 5, 0, 0, 0, MS);
    recorder.dropped();
    recorder.tickEnded(0, 7, 1, false);
    recorder.sent();
    recorder.tickEnded(1, 8, 2, true);

    assertThat(ticks)
        .extracting(
            LoopTick::tick, LoopTick::last, LoopTick::users, LoopTick::sent, LoopTick::dropped,
            LoopTick::inFlight,
            tick -> tick.series().size(), tick -> tick.failures().size())
        .containsExactly(tuple(0L, false, 7, 2L, 1L, 1, 1, 0), tuple(1L, true, 8, 1L, 0L, 2, 0, 0));
  }

  @Test
  void histograms_that_were_given_back_come_again_and_are_empty() {
    recorder.answered(0, 0, 0, 0, 0, MS);
    recorder.tickEnded(0, 1, 0, false);
    SeriesTick read = ticks.getFirst().series().getFirst();
    var used = List.of(read.responseTime(), read.serviceTime(), read.scheduleLag());
    used.forEach(histograms::giveBack);

    var again = List.of(histograms.take(), histograms.take(), histograms.take());

    for (int i = 0; i < used.size(); i++) {
      assertThat(again.get(i)).isSameAs(used.get(i));
    }
    assertThat(again).allMatch(histogram -> histogram.getTotalCount() == 0);
    assertThat(again).allMatch(histogram -> histogram.getMaxValue() == 0);
  }

  private long recorded(long nanos) {
    ticks.clear();
    recorder.answered(0, 0, 0, 0, 0, nanos);
    recorder.tickEnded(0, 0, 0, false);
    return only(ticks.getFirst().series().getFirst().responseTime());
  }

  private static long only(Histogram histogram) {
    assertThat(histogram.getTotalCount()).isEqualTo(1);
    return histogram.lowestEquivalentValue(histogram.getMaxValue());
  }
}
