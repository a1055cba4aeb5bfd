package dev.muster.target.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.target.faults.Faults.Delay;
import dev.muster.target.faults.Faults.Freeze;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FaultsTest {
  @Test
  void a_delay_is_drawn_from_one_end_of_its_spread_to_the_other() {
    var delay = new Delay(Duration.ofMillis(27), Duration.ofMillis(5));
    assertThat(delay.nanos(0)).isEqualTo(22_000_000);
    assertThat(delay.nanos(0.5)).isEqualTo(27_000_000);
    assertThat(delay.nanos(1)).isEqualTo(32_000_000);
  }

  @Test
  void a_freeze_holds_for_the_first_part_of_each_period() {
    var freeze = new Freeze(Duration.ofNanos(10), Duration.ofNanos(50));
    assertThat(freeze.leaves(0)).isEqualTo(10);
    assertThat(freeze.leaves(9)).isEqualTo(10);
    assertThat(freeze.leaves(10)).isEqualTo(10);
    assertThat(freeze.leaves(49)).isEqualTo(49);
    assertThat(freeze.leaves(50)).isEqualTo(60);
    assertThat(freeze.leaves(1_005)).isEqualTo(1_010);
  }

  @Test
  void each_share_is_of_all_answers() {
    var faults = new Faults(
        Optional.empty(), 0.1, Optional.empty(), 0.2, 0.3, Optional.empty(), 0);
    var fates = new EnumMap<Fate, Integer>(Fate.class);
    for (int i = 0; i < 1_000; i++) {
      fates.merge(faults.fate((i + 0.5) / 1_000), 1, Integer::sum);
    }
    assertThat(fates).isEqualTo(
        Map.of(Fate.FAILED, 100, Fate.CLOSED_EARLY, 200, Fate.GARBLED, 300, Fate.SENT, 400));
  }

  @Test
  void without_faults_every_answer_is_sent() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(Faults.NONE.fate(i / 1_000.0)).isEqualTo(Fate.SENT);
    }
  }

  @Test
  void what_cannot_be_is_refused() {
    assertThatThrownBy(() -> new Delay(Duration.ofMillis(1), Duration.ofMillis(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Freeze(Duration.ofMillis(2), Duration.ofMillis(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Faults(
        Optional.empty(), 0.6, Optional.empty(), 0.6, 0, Optional.empty(), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
