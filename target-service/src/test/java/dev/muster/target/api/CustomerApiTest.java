package dev.muster.target.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.target.store.CustomerStore;
import dev.muster.target.store.StoreException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CustomerApiTest {
  @Test
  void a_store_that_fails_is_a_503_that_tells_no_secrets() {
    var answer = new CustomerApi(new BrokenStore()).answer(Request.of("GET", "/customer/1"));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.route()).isEqualTo("/customer/{id}");
    assertThat(answer.text()).isEqualTo("{\"error\":\"the customers cannot be read now\"}");
  }

  @Test
  void a_bad_id_does_not_reach_the_store() {
    var answer = new CustomerApi(new BrokenStore())
        .answer(Request.of("GET", "/customer/1234567890"));
    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void an_answer_that_the_socket_refuses_is_taken_back_even_after_a_reset() {
    var counts = new Counts();
    var refused = counts.answered("/", 200);
    counts.answered("/", 200);
    refused.takeBack();
    assertThat(counts.now()).containsExactly(new Counts.RouteCount("/", 200, 1));

    var beforeReset = counts.answered("/", 200);
    counts.reset();
    beforeReset.takeBack();
    assertThat(counts.now()).isEmpty();
  }

  private static final class BrokenStore implements CustomerStore {
    @Override
    public Optional<byte[]> customer(int id) {
      throw new StoreException("password of the database refused", new IllegalStateException());
    }

    @Override
    public Optional<byte[]> readings(int customerId) {
      throw new StoreException("password of the database refused", new IllegalStateException());
    }

    @Override
    public boolean waits() {
      return false;
    }

    @Override
    public void close() {}
  }
}
