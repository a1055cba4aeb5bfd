package dev.muster.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WaitClockTest {

  private static final long BEGIN = 7_000_000_000L;

  private final WaitClock clock = new WaitClock(BEGIN);

  @Test
  void it_goes_as_far_as_all_that_had_come_is_dealt_with() {
    assertThat(clock.asks(at(400))).isTrue();
    assertThat(millis()).isZero();

    clock.caughtUp();

    assertThat(millis()).isEqualTo(400);
  }

  @Test
  void it_stands_still_while_words_wait_however_long_that_takes() {
    assertThat(clock.asks(at(400))).isTrue();

    assertThat(clock.asks(at(9_000))).as("while the answer is on its way").isFalse();
    assertThat(millis()).isZero();

    clock.caughtUp();
    assertThat(millis()).isEqualTo(400);
  }

  @Test
  void it_goes_on_by_a_second_at_most_each_time() {
    assertThat(clock.asks(at(100))).isTrue();
    clock.caughtUp();
    assertThat(clock.asks(at(60_100))).isTrue();
    clock.caughtUp();
    assertThat(millis()).isEqualTo(1_100);

    assertThat(clock.asks(at(60_200))).isTrue();
    clock.caughtUp();
    assertThat(millis()).isEqualTo(1_200);
  }

  @Test
  void it_asks_not_more_often_than_it_needs() {
    assertThat(clock.asks(at(0))).isTrue();
    clock.caughtUp();

    assertThat(clock.asks(at(10))).isFalse();
    assertThat(clock.asks(at(50))).isTrue();
  }

  private long millis() {
    return TimeUnit.NANOSECONDS.toMillis(clock.nanos());
  }

  private static long at(long millis) {
    return BEGIN + TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
