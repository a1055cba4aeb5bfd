package dev.muster.coordinator.merge;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.muster.v1.Outcome;
import dev.muster.v1.Series;
import org.junit.jupiter.api.Test;

class SnapshotCheckTest {

  private static final Series GOOD = SampleSnapshots.series(Outcome.OUTCOME_ANSWERED, 100, 200);

  @Test
  void what_a_worker_measures_passes() {
    assertThat(SnapshotCheck.problemOf(answered("r", 0, 100, 200).build())).isEmpty();
    assertThat(SnapshotCheck.problemOf(answered("r", 9, 100).build(), 10)).isEmpty();
  }

  @Test
  void numbers_that_count_from_elsewhere_are_refused() {
    assertThat(SnapshotCheck.problemOf(answered("r", 0).setSequence(0).build()))
        .contains("snapshots are numbered from 1 and ticks from 0, not 0 and 0");
    assertThat(SnapshotCheck.problemOf(answered("r", 0).setTick(-1).build()))
        .contains("snapshots are numbered from 1 and ticks from 0, not 1 and -1");
  }

  @Test
  void a_tick_beyond_the_run_is_refused() {
    assertThat(SnapshotCheck.problemOf(answered("r", 10).build(), 10)).contains(
        "tick 10 in snapshot 11 is beyond the run, which has no more than 10 ticks");
    assertThat(SnapshotCheck.problemOf(answered("r", 0).setSequence(11).build(), 10)).isPresent();
    assertThat(SnapshotCheck.problemOf(answered("r", 0).setTick(Long.MAX_VALUE).build(), 10))
        .isPresent();
  }

  @Test
  void negative_counts_are_refused() {
    assertThat(SnapshotCheck.problemOf(answered("r", 0).setSent(-1).build()))
        .contains("a count of snapshot 1 is negative");
    assertThat(SnapshotCheck.problemOf(answered("r", 0).setInFlight(-1).build())).isPresent();
    assertThat(problem(GOOD.toBuilder().setBodyBytes(-1)))
        .isEqualTo("in snapshot 1, a count of bytes is negative");
  }

  @Test
  void a_series_whose_histograms_do_not_fit_its_count_is_refused() {
    assertThat(problem(GOOD.toBuilder().setCount(3))).isEqualTo(
        "in snapshot 1, the histograms of /customerdata/{id} do not have 3 requests each");
  }

  @Test
  void bytes_that_are_no_histogram_are_refused() {
    assertThat(problem(GOOD.toBuilder().setResponseTime(ByteString.EMPTY)))
        .isEqualTo("in snapshot 1, a histogram of a snapshot cannot be read");
  }

  @Test
  void a_series_without_an_outcome_is_refused() {
    assertThat(problem(GOOD.toBuilder().setOutcomeValue(7)))
        .isEqualTo("in snapshot 1, a series has no outcome");
  }

  private static String problem(Series.Builder series) {
    return SnapshotCheck.problemOf(answered("r", 0).setSeries(0, series).build()).orElse("");
  }
}
