package dev.muster.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.trust.Holder;
import dev.muster.trust.Role;
import org.junit.jupiter.api.Test;

class IdHoldersTest {

  private static final Holder A = new Holder(Role.WORKER, "a");
  private static final Holder B = new Holder(Role.WORKER, "b");

  private final IdHolders ids = new IdHolders(2);

  @Test
  void an_id_is_its_holders_while_a_stream_is_open_and_after_it() {
    assertThat(ids.claim("1", A)).isTrue();
    assertThat(ids.claim("1", B)).isFalse();
    assertThat(ids.claim("1", A)).as("again, over a second stream").isTrue();
    ids.release("1");
    assertThat(ids.claim("1", B)).as("the second is open").isFalse();
    ids.release("1");
    assertThat(ids.claim("1", B)).as("it has left").isFalse();
    assertThat(ids.claim("1", A)).isTrue();
  }

  @Test
  void of_those_that_have_left_the_newest_are_kept_and_whoever_is_there_always() {
    assertThat(ids.claim("there", A)).isTrue();
    for (int id = 0; id < 1_000; id++) {
      assertThat(ids.claim("left-" + id, A)).isTrue();
      ids.release("left-" + id);
    }
    assertThat(ids.claim("there", B)).isFalse();
    assertThat(ids.claim("left-999", B)).isFalse();
    assertThat(ids.claim("left-998", B)).isFalse();
    assertThat(ids.claim("left-997", B)).as("forgotten").isTrue();
  }
}
