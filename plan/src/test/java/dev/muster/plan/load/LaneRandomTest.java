package dev.muster.plan.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** The random streams of arrivals; those of lanes are held in {@link ShareTest}. */
class LaneRandomTest {

  @Test
  void an_arrival_draws_the_same_whatever_was_drawn_before() {
    var fresh = new LaneRandom(7, 3);
    fresh.restart(7, 3, 41);
    var used = new LaneRandom(1, 1);
    for (int i = 0; i < 100; i++) {
      used.next();
    }
    used.restart(7, 3, 41);

    for (int i = 0; i < 100; i++) {
      assertThat(used.next()).isEqualTo(fresh.next());
    }
  }

  @Test
  void no_two_streams_of_arrivals_and_lanes_begin_alike() {
    var seen = new HashSet<Long>();
    var random = new LaneRandom(1, 0);
    for (int lane = 0; lane < 100; lane++) {
      var ofLane = new LaneRandom(1, lane);
      for (int i = 0; i < 100; i++) {
        assertThat(seen.add(ofLane.next())).isTrue();
        random.restart(1, lane, i);
        assertThat(seen.add(random.next())).isTrue();
        assertThat(seen.add(random.next())).isTrue();
      }
    }
  }

  @Test
  void the_first_draws_of_arrivals_one_after_another_are_uniform() {
    var counts = new int[10];
    var random = new LaneRandom(1, 0);
    for (int lane = 0; lane < 1_000; lane++) {
      for (int index = 0; index < 100; index++) {
        random.restart(9, lane, index);
        counts[(int) random.between(0, 9)]++;
      }
    }

    // Chi-squared with nine degrees of freedom passes 33.7 once in 10,000 seeds.
    double chiSquared = 0;
    for (int count : counts) {
      chiSquared += (count - 10_000.0) * (count - 10_000.0) / 10_000.0;
    }
    assertThat(chiSquared).isLessThan(33.7);
  }
}
