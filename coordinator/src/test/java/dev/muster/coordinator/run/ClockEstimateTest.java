package dev.muster.coordinator.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ClockEstimateTest {

  private static final long MILLI = 1_000_000;
  private static final long HOUR = 3_600_000 * MILLI;

  @Test
  void the_offset_is_wrong_by_at_most_half_of_the_round_trip() {
    for (int seed = 0; seed < 2_000; seed++) {
      var random = new Random(seed);
      long truth = random.nextLong(-HOUR, HOUR);
      var estimate = ClockEstimate.NONE;
      long now = random.nextLong(HOUR);
      for (int probe = 0; probe < 8; probe++) {
        long there = random.nextLong(200 * MILLI);
        long within = random.nextLong(10 * MILLI);
        long back = random.nextLong(200 * MILLI);
        estimate = estimate.with(
            now, now + there + truth, now + there + within + truth, now + there + within + back);
        assertThat(Math.abs(estimate.offsetNanos() - truth)).as("seed " + seed)
            .isLessThanOrEqualTo(estimate.roundTripNanos() / 2 + 1);
        now += there + within + back;
      }
    }
  }

  @Test
  void the_reading_with_the_shortest_trip_is_kept() {
    var quick = ClockEstimate.NONE.with(0, 5 * MILLI, 5 * MILLI, 2 * MILLI);

    assertThat(quick.with(10 * MILLI, 90 * MILLI, 90 * MILLI, 110 * MILLI)).isEqualTo(quick);
  }

  @Test
  void an_old_reading_gives_way_as_clocks_drift() {
    var old = ClockEstimate.NONE.with(0, MILLI, MILLI, 2 * MILLI);

    var fresh = old.with(HOUR, HOUR + 30 * MILLI, HOUR + 30 * MILLI, HOUR + 20 * MILLI);

    assertThat(fresh.offsetNanos()).isEqualTo(20 * MILLI);
  }

  @Test
  void a_reading_during_which_a_clock_was_set_tells_nothing() {
    var before = ClockEstimate.NONE.with(0, MILLI, MILLI, 2 * MILLI);

    assertThat(before.with(10, 500, 900, 20)).isEqualTo(before);
    assertThat(before.with(10, 900, 500, 20)).isEqualTo(before);
  }
}
