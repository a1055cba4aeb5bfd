package dev.muster.target.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CheckoutTest {
  private static final long SECOND = 1_000_000_000L;

  private final Checkout<String> checkout = new Checkout<>(2, Duration.ofSeconds(10));

  @Test
  void a_request_that_finds_none_idle_starts_one() {
    assertThat(checkout.arrived()).isEqualTo(new Checkout.Cold<>());
    assertThat(checkout.arrived()).isEqualTo(new Checkout.Cold<>());
    assertThat(checkout.serving()).isEqualTo(2);
  }

  @Test
  void a_request_over_the_cap_is_throttled_and_takes_no_place() {
    var _ = checkout.arrived();
    var _ = checkout.arrived();
    assertThat(checkout.arrived()).isEqualTo(new Checkout.Throttled<>());
    checkout.returned("a", 0);
    assertThat(checkout.arrived()).isEqualTo(new Checkout.Warm<>("a"));
  }

  @Test
  void the_idle_one_that_was_used_last_is_taken_first() {
    var _ = checkout.arrived();
    var _ = checkout.arrived();
    checkout.returned("a", 1);
    checkout.returned("b", 2);
    assertThat(checkout.arrived()).isEqualTo(new Checkout.Warm<>("b"));
    assertThat(checkout.arrived()).isEqualTo(new Checkout.Warm<>("a"));
  }

  @Test
  void one_that_is_lost_leaves_its_place_to_a_new_one() {
    var _ = checkout.arrived();
    var _ = checkout.arrived();
    checkout.lost();
    assertThat(checkout.arrived()).isEqualTo(new Checkout.Cold<>());
  }

  @Test
  void one_that_nobody_used_for_the_time_to_keep_it_warm_ends() {
    var _ = checkout.arrived();
    var _ = checkout.arrived();
    checkout.returned("a", SECOND);
    checkout.returned("b", 2 * SECOND);
    assertThat(checkout.expired(11 * SECOND - 1)).isEmpty();
    assertThat(checkout.expired(11 * SECOND)).containsExactly("a");
    assertThat(checkout.idle()).isOne();
    assertThat(checkout.expired(12 * SECOND)).containsExactly("b");
    assertThat(checkout.arrived()).isEqualTo(new Checkout.Cold<>());
  }

  @Test
  void being_used_keeps_one_warm() {
    var _ = checkout.arrived();
    checkout.returned("a", 0);
    var _ = checkout.arrived();
    assertThat(checkout.expired(20 * SECOND)).isEmpty();
    checkout.returned("a", 20 * SECOND);
    assertThat(checkout.expired(29 * SECOND)).isEmpty();
    assertThat(checkout.expired(30 * SECOND)).containsExactly("a");
  }

  @Test
  void instants_may_pass_the_end_of_a_long() {
    var _ = checkout.arrived();
    checkout.returned("a", Long.MAX_VALUE - SECOND);
    assertThat(checkout.expired(Long.MIN_VALUE)).isEmpty();
    assertThat(checkout.expired(Long.MIN_VALUE + 10 * SECOND)).containsExactly("a");
  }

  @Test
  void whatever_happens_there_are_never_more_than_the_cap_and_none_has_two_requests() {
    for (long seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      int cap = 1 + random.nextInt(5);
      var many = new Checkout<Integer>(cap, Duration.ofNanos(20));
      var serving = new ArrayDeque<Integer>();
      var exist = new HashSet<Integer>();
      for (int now = 0; now < 500; now++) {
        switch (random.nextInt(4)) {
          case 0, 1 -> {
            switch (many.arrived()) {
              case Checkout.Warm(var one) -> {
                assertThat(serving).as("seed %d", seed).doesNotContain(one);
                assertThat(exist).as("seed %d", seed).contains(one);
                serving.add(one);
              }
              case Checkout.Cold() -> {
                assertThat(exist).as("seed %d", seed).hasSameSizeAs(serving);
                serving.add(now);
                exist.add(now);
              }
              case Checkout.Throttled() -> assertThat(serving).as("seed %d", seed).hasSize(cap);
            }
          }
          case 2 -> {
            if (!serving.isEmpty()) {
              many.returned(serving.remove(), now);
            }
          }
          default -> {
            if (!serving.isEmpty()) {
              exist.remove(serving.remove());
              many.lost();
            }
          }
        }
        many.expired(now).forEach(exist::remove);
        assertThat(many.serving()).as("seed %d", seed).isEqualTo(serving.size());
        assertThat(many.serving() + many.idle()).as("seed %d", seed)
            .isEqualTo(exist.size())
            .isLessThanOrEqualTo(cap);
      }
    }
  }

  @Test
  void a_cap_of_nothing_is_refused() {
    assertThatThrownBy(() -> new Checkout<String>(0, Duration.ofSeconds(1)))
        .hasMessage("concurrency must be positive (was 0)");
  }
}
