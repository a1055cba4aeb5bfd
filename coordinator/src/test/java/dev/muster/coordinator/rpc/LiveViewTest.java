package dev.muster.coordinator.rpc;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static dev.muster.coordinator.merge.SampleSnapshots.checked;
import static dev.muster.coordinator.merge.SampleSnapshots.encoded;
import static dev.muster.coordinator.merge.SampleSnapshots.histogram;
import static dev.muster.coordinator.merge.SampleSnapshots.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.v1.Snapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveViewTest {

  private final LiveView view = new LiveView("r", List.of("a"));

  @Test
  void nothing_is_known_of_the_quickest_before_the_first() {
    assertThat(view.quickestNanos()).isZero();

    tell(answered("r", 0));

    assertThat(view.quickestNanos()).isZero();
  }

  @Test
  void the_quickest_is_that_of_all_ticks() {
    tell(answered("r", 0, 300, 900));
    tell(answered("r", 1, 200, 700));
    tell(answered("r", 2, 500));

    assertThat(view.quickestNanos()).isEqualTo(200_000);
  }

  @Test
  void requests_that_were_never_written_count_from_their_begin() {
    Snapshot.Builder unwritten = refused("r", 0, 100, 400);
    unwritten.getSeriesBuilder(0).setServiceTime(encoded(histogram(400)));

    tell(unwritten);

    // 110 µs after the first was due, of which 10 µs were lag.
    assertThat(view.quickestNanos()).isEqualTo(100_000);
  }

  private void tell(Snapshot.Builder snapshot) {
    view.add("a", checked(snapshot));
    assertThat(view.nextProgress()).isPresent();
  }
}
