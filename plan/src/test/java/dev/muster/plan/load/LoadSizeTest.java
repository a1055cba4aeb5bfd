package dev.muster.plan.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadSizeTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "5000  | 1000000000    | 5000        | 5,000/s",
      "1     | 200000        | 5000        | 5,000/s",
      "1     | 2000000000    | 0.5         | 0.5/s",
      "1     | 60000000000   | 0.0166666667 | 0.0166666667/s",
      "10001 | 1000000000000 | 10.001      | 10.001/s",
  })
  void a_rate_is_named_and_told_by_its_arrivals_per_second(
      long count, long perNanos, String text, String label) {
    LoadSize size = LoadSize.ArrivalRate.of(new Rate(count, perNanos));

    assertThat(size.text()).isEqualTo(text);
    assertThat(size.label()).isEqualTo(label);
    assertThat(size.word()).isEqualTo("rate");
  }

  @Test
  void a_number_of_users_is_named_and_told_by_it() {
    assertThat(new LoadSize.Users(1_500).text()).isEqualTo("1500");
    assertThat(new LoadSize.Users(1_500).label()).isEqualTo("1,500 users");
    assertThat(new LoadSize.Users(1).label()).isEqualTo("1 user");
    assertThat(new LoadSize.Users(1).word()).isEqualTo("users");
  }

  @Test
  void however_a_rate_is_written_it_is_one_size() {
    assertThat(new LoadSize.ArrivalRate(new BigDecimal("5000.00")))
        .isEqualTo(new LoadSize.ArrivalRate(new BigDecimal("5E+3")));
  }

  @Test
  void users_come_before_rates_and_small_before_large() {
    assertThat(
        List.of(
            new LoadSize.Users(50), new LoadSize.Users(1_500),
            new LoadSize.ArrivalRate(BigDecimal.valueOf(5)),
            new LoadSize.ArrivalRate(BigDecimal.valueOf(10))))
        .isSorted();
  }
}
