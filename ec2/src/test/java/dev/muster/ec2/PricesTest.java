package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PricesTest {

  private static final LocalDate LONG_AGO = LocalDate.of(2001, 2, 3);
  private static final LocalDate LATER = LocalDate.of(2101, 2, 3);

  @TempDir
  private Path folder = Path.of("");

  @Test
  void those_that_come_with_it_have_a_date() {
    assertThat(Prices.known().date("us-east-1"))
        .hasValueSatisfying(date -> assertThat(date).isAfter(LocalDate.of(2025, 1, 1)));
    assertThat(Prices.known().hour("us-east-1", "c7g.large")).isPresent();
    assertThat(Prices.known().hour("us-east-1", "nothing.large")).isEmpty();
    assertThat(Prices.known().date("nowhere-1")).isEmpty();
  }

  @Test
  void what_is_written_is_read_again() throws IOException {
    Path file = folder.resolve("new").resolve("prices.json");
    Prices prices = of("eu-central-1", LATER, "0.0828");

    prices.write(file);
    prices.write(file);

    assertThat(Prices.in(file)).isEqualTo(prices);
    assertThat(folder.resolve("new")).as("nothing half written is left")
        .isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void the_user_has_prices_beside_those_that_come_with_it() throws IOException {
    Path own = folder.resolve("prices.json");
    of("eu-central-1", LATER, "0.0828").write(own);

    assertThat(Prices.known(own).hour("eu-central-1", "c7g.large")).contains(
        new BigDecimal("0.0828"));
    assertThat(Prices.known(own).hour("us-east-1", "c7i.large")).isPresent();
  }

  @Test
  void of_a_region_that_both_have_the_newer_count_and_all_of_them() throws IOException {
    Path own = folder.resolve("prices.json");
    of("us-east-1", LATER, "1.5").write(own);

    assertThat(Prices.known(own).date("us-east-1")).contains(LATER);
    assertThat(Prices.known(own).hour("us-east-1", "c7g.large")).contains(new BigDecimal("1.5"));
    assertThat(Prices.known(own).hour("us-east-1", "c7i.large")).isEmpty();

    of("us-east-1", LONG_AGO, "1.5").write(own);

    assertThat(Prices.known(own)).isEqualTo(Prices.known());
  }

  @Test
  void a_user_who_has_none_has_those_that_come_with_it() throws IOException {
    assertThat(Prices.known(folder.resolve("none.json"))).isEqualTo(Prices.known());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}", "[]", "{\"us-east-1\": {}}",
      "{\"us-east-1\": {\"date\": \"yesterday\", \"hour\": {}}}",
      "{\"us-east-1\": {\"date\": \"2026-01-02\", \"hour\": {\"c7g.large\": \"cheap\"}}}"})
  void what_is_no_file_of_prices_is_named(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("prices.json"), text);

    assertThatIllegalArgumentException().isThrownBy(() -> Prices.known(file))
        .withMessageContaining(file + " is no file of prices: ");
  }

  private static Prices of(String region, LocalDate date, String price) {
    return new Prices(
        Map.of(region, new Prices.Region(date, Map.of("c7g.large", new BigDecimal(price)))));
  }
}
