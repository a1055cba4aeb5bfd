package dev.muster.target.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeededCustomersTest {
  private final SeededCustomers data = new SeededCustomers();

  @Test
  void there_are_five_thousand_customers_numbered_from_zero() {
    assertThat(data.customers()).extracting(Customer::id)
        .containsExactlyElementsOf(IntStream.range(0, 5_000).boxed().toList());
  }

  @Test
  void each_customer_has_ten_readings_within_the_years_and_the_scale() {
    for (Customer customer : data.customers()) {
      List<Reading> readings = data.readings(customer.id());
      assertThat(readings).extracting(Reading::measureId)
          .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8,
              9);
      assertThat(readings).allSatisfy(reading -> {
        assertThat(reading.date()).isBetween(LocalDate.of(2008, 1, 1), LocalDate.of(2020, 1, 1));
        assertThat(reading.value()).isBetween(0, 150);
      });
    }
  }

  @Test
  void the_ends_of_the_scale_and_of_the_years_occur() {
    var all = data.customers().stream().flatMap(c -> data.readings(c.id()).stream()).toList();
    assertThat(all).extracting(Reading::value).contains(0, 150);
    assertThat(all).extracting(Reading::date)
        .contains(SeededCustomers.FIRST_DATE, SeededCustomers.LAST_DATE);
  }

  @Test
  void the_data_is_drawn_the_same_on_every_machine() {
    assertThat(data.customers().getFirst()).isEqualTo(new Customer(0, "Herrmann", "Alma"));
    assertThat(data.readings(7).getFirst())
        .isEqualTo(new Reading(0, LocalDate.of(2019, 9, 24), 36));
  }
}
