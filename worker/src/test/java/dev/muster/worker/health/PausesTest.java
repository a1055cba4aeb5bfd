package dev.muster.worker.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.worker.health.Pauses.Sum;
import org.junit.jupiter.api.Test;

class PausesTest {

  private static final long MS = 1_000_000;

  /** Below zero, as {@link System#nanoTime} may be; the run passes through zero. */
  private static final long START = -1_500 * MS;

  private final Pauses pauses = new Pauses(START);

  @Test
  void a_pause_counts_once_in_the_tick_in_which_it_ended() {
    pauses.add(START + 1_200 * MS, 300 * MS);
    pauses.add(START + 900 * MS, 20 * MS);
    pauses.add(START + 2_000 * MS, 40 * MS);
    pauses.add(START + 1_700 * MS, 50 * MS);
    pauses.add(START + 1_800 * MS, 19 * MS);

    assertThat(pauses.take(START + 1_000 * MS)).isEqualTo(new Sum(20 * MS, 20 * MS, 20 * MS));
    assertThat(pauses.take(START + 2_000 * MS)).isEqualTo(new Sum(369 * MS, 350 * MS, 300 * MS));
    assertThat(pauses.take(START + 2_000 * MS)).isEqualTo(new Sum(0, 0, 0));
    assertThat(pauses.take(START + 3_000 * MS)).isEqualTo(new Sum(40 * MS, 40 * MS, 40 * MS));
  }

  @Test
  void one_that_is_told_late_counts_in_the_next_tick_that_is_asked_for() {
    assertThat(pauses.take(START + 1_000 * MS)).isEqualTo(new Sum(0, 0, 0));

    pauses.add(START + 999 * MS, 200 * MS);

    assertThat(pauses.take(START + 2_000 * MS)).isEqualTo(new Sum(200 * MS, 200 * MS, 200 * MS));
  }

  @Test
  void what_came_before_the_start_and_what_is_short_is_passed_over() {
    pauses.add(START - 1, 700 * MS);
    pauses.add(START + 10 * MS, MS - 1);
    pauses.add(START + 10 * MS, -5 * MS);
    pauses.add(START, MS);

    assertThat(pauses.take(START + 1_000 * MS)).isEqualTo(new Sum(MS, 0, MS));
  }

  @Test
  void those_that_nobody_asks_for_are_forgotten_at_some_time_the_oldest_first() {
    pauses.add(START, 900 * MS);
    for (int i = 0; i < 10_000; i++) {
      pauses.add(START + i, MS);
    }

    assertThat(pauses.take(START + 1_000 * MS)).isEqualTo(new Sum(10_000 * MS, 0, MS));
  }
}
