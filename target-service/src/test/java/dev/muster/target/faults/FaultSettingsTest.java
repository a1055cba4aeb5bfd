package dev.muster.target.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.target.faults.Faults.Delay;
import dev.muster.target.faults.Faults.Freeze;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultSettingsTest {
  @ParameterizedTest
  @CsvSource({"500us, 500000", "500µs, 500000", "27ms, 27000000", "1s, 1000000000",
      "1.5s, 1500000000", "2m, 120000000000", "1h, 3600000000000", "0.001us, 1"})
  void a_time_is_a_number_and_its_unit(String text, long nanos) {
    assertThat(Faults.of(Map.of("slow-body", text)).slowBody())
        .contains(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(strings = {"27ms±5ms", "27ms+-5ms", "22ms..32ms", "27ms ± 5ms", "0.027s±5000us"})
  void a_delay_may_have_a_spread(String text) {
    assertThat(Faults.of(Map.of("delay", text)).delay())
        .contains(new Delay(Duration.ofMillis(27), Duration.ofMillis(5)));
  }

  @Test
  void all_of_them_can_be_set() {
    assertThat(Faults.of(Map.of("delay", "27ms", "fail", "1%", "freeze", "1s/5s", "close-early",
        "0.5%", "garbage", "2%", "slow-body", "300ms", "capacity", "4")))
        .isEqualTo(new Faults(
            Optional.of(new Delay(Duration.ofMillis(27), Duration.ZERO)), 0.01,
            Optional.of(new Freeze(Duration.ofSeconds(1), Duration.ofSeconds(5))), 0.005, 0.02,
            Optional.of(Duration.ofMillis(300)), 4));
  }

  @Test
  void some_need_no_value() {
    assertThat(Faults.of(Map.of("close-early", "")).closeEarly()).isEqualTo(1);
    assertThat(Faults.of(Map.of("garbage", "")).garbage()).isEqualTo(1);
    assertThat(Faults.of(Map.of("slow-body", "")).slowBody()).contains(Duration.ofSeconds(1));
  }

  @Test
  void nothing_of_its_kind_is_off() {
    assertThat(Faults.of(Map.of("delay", "0ms", "fail", "0%", "freeze", "0s/5s", "close-early",
        "0%", "garbage", "0.0%", "slow-body", "0s", "capacity", "0"))).isEqualTo(Faults.NONE);
    assertThat(Faults.of(Map.of())).isEqualTo(Faults.NONE);
    assertThat(Faults.NONE.settings()).isEmpty();
  }

  @Test
  void what_is_written_reads_as_the_same_faults() {
    for (int seed = 0; seed < 2_000; seed++) {
      var faults = anyFaults(new Random(seed));
      assertThat(Faults.of(faults.settings())).as("seed %s: %s", seed, faults.settings())
          .isEqualTo(faults);
    }
  }

  @Test
  void they_are_written_as_a_person_would() {
    var settings = Map.of("delay", "27ms±5ms", "fail", "1%", "freeze", "1500ms/5s", "close-early",
        "0.5%", "garbage", "12.25%", "slow-body", "2m", "capacity", "4");
    assertThat(Faults.of(settings).settings()).isEqualTo(settings);
    assertThat(Faults.of(settings).settings().sequencedKeySet()).containsExactly("delay", "fail",
        "freeze", "close-early", "garbage", "slow-body", "capacity");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "delay|27|delay must be a time such as 27ms, 27ms±5ms or 22ms..32ms (was \"27\")",
      "delay|''|delay must be a time such as 27ms, 27ms±5ms or 22ms..32ms (was \"\")",
      "delay|-5ms|delay must be a time such as 27ms, 27ms±5ms or 22ms..32ms (was \"-5ms\")",
      "delay|5ms±1ms±1ms|delay must be a time such as 27ms, 27ms±5ms or 22ms..32ms "
          + "(was \"5ms±1ms±1ms\")",
      "delay|5ms±6ms|delay must be a time with a spread that is not longer (was \"5ms±6ms\")",
      "delay|5ms..4ms|delay must be a range from the shorter to the longer time (was \"5ms..4ms\")",
      "delay|61m|delay must be at most 1h (was \"61m\")",
      "fail|1|fail must be a share of 0% … 100%, such as 1% or 0.5% (was \"1\")",
      "fail|''|fail must be a share of 0% … 100%, such as 1% or 0.5% (was \"\")",
      "fail|101%|fail must be a share of 0% … 100%, such as 1% or 0.5% (was \"101%\")",
      "fail|-1%|fail must be a share of 0% … 100%, such as 1% or 0.5% (was \"-1%\")",
      "garbage|all|garbage must be a share of 0% … 100%, such as 1% or 0.5% (was \"all\")",
      "freeze|1s|freeze must be a time and a longer one, such as 1s/5s (was \"1s\")",
      "freeze|5s/5s|freeze must be a time and a longer one, such as 1s/5s (was \"5s/5s\")",
      "slow-body|1d|slow-body must be a time such as 500us, 27ms, 1.5s or 2m, at most 1h "
          + "(was \"1d\")",
      "capacity|4.5|capacity must be a whole number of 0 … 999999999, such as 4 (was \"4.5\")",
      "capacity|-1|capacity must be a whole number of 0 … 999999999, such as 4 (was \"-1\")",
      "latency|5ms|there is no fault named \"latency\"; there are delay, fail, freeze, close-early, "
          + "garbage, slow-body, capacity"})
  void a_mistake_is_a_sentence_that_says_what_is_expected(
      String name, String value, String sentence) {
    assertThatThrownBy(() -> Faults.of(Map.of(name, value)))
        .isInstanceOf(FaultSyntaxException.class)
        .hasMessage(sentence);
  }

  @Test
  void shares_of_more_than_all_answers_are_a_mistake() {
    assertThatThrownBy(() -> Faults.of(Map.of("fail", "1%", "close-early", "", "garbage", "0.5%")))
        .isInstanceOf(FaultSyntaxException.class)
        .hasMessage("fail, close-early and garbage must be at most 100% together"
            + " (was 1%, 100% and 0.5%)");
  }

  private static Faults anyFaults(Random random) {
    long mean = 1 + anyNanos(random);
    long length = 1 + anyNanos(random) / 2;
    return new Faults(
        maybe(random, new Delay(
            Duration.ofNanos(mean), Duration.ofNanos(random.nextLong(mean + 1)))),
        anyShare(random),
        maybe(random, new Freeze(Duration.ofNanos(length), Duration.ofNanos(2 * length))),
        anyShare(random),
        anyShare(random),
        maybe(random, Duration.ofNanos(1 + anyNanos(random))),
        random.nextInt(3) * random.nextInt(1_000_000));
  }

  private static <T> Optional<T> maybe(Random random, T value) {
    return random.nextBoolean() ? Optional.of(value) : Optional.empty();
  }

  // Of each size there are some, up to a quarter of an hour; many of them are round.
  private static long anyNanos(Random random) {
    long unit = Math.powExact(10L, random.nextInt(10));
    return unit * random.nextInt(900);
  }

  private static double anyShare(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> random.nextInt(34) / 100.0;
      case 2 -> random.nextInt(34) / 10_000.0;
      default -> random.nextDouble() / 3;
    };
  }
}
