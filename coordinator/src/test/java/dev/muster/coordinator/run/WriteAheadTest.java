package dev.muster.coordinator.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteAheadTest {

  private static final RunAction SAID = new RunAction.Acknowledge("a", 1);
  private static final RunAction SAID_LATER = new RunAction.Stop("a", 0);
  private static final RunAction DONE = new RunAction.DeclareLost("b", "silent");

  private final WriteAhead ahead = new WriteAhead();

  @Test
  void what_needs_no_saving_is_done_at_once() {
    ahead.add(List.of(SAID, DONE));

    assertThat(ahead.isUnsaved()).isFalse();
    assertThat(all()).containsExactlyInAnyOrder(SAID, DONE);
  }

  @Test
  void nothing_is_said_before_it_is_saved_and_then_in_order() {
    ahead.add(List.of(new RunAction.Save(), SAID, DONE));
    assertThat(all()).containsExactly(DONE);
    ahead.add(List.of(SAID_LATER));
    assertThat(all()).isEmpty();
    assertThat(ahead.isUnsaved()).isTrue();

    ahead.saved();

    assertThat(all()).containsExactly(SAID, SAID_LATER);
    assertThat(ahead.isUnsaved()).isFalse();
  }

  private List<RunAction> all() {
    var all = new ArrayList<RunAction>();
    for (var next = ahead.next(); next.isPresent(); next = ahead.next()) {
      all.add(next.get());
    }
    return all;
  }
}
