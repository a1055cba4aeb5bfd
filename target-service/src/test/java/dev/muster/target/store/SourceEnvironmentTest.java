package dev.muster.target.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceEnvironmentTest {
  private static final String URL = "jdbc:mariadb://127.0.0.1:3306/customers";

  @Test
  void any_source_is_the_same_after_a_way_through_the_environment() {
    for (long seed = 0; seed < 500; seed++) {
      var source = any(new Random(seed));
      assertThat(CustomerSource.fromEnvironment(source.toEnvironment())).as("seed " + seed)
          .isEqualTo(source);
    }
  }

  @Test
  void an_environment_that_names_nothing_is_the_memory() {
    assertThat(CustomerSource.fromEnvironment(Map.of("PATH", "/bin", "MUSTER_LOG", "WARN")))
        .isEqualTo(new CustomerSource.Memory());
  }

  @Test
  void a_child_of_a_parent_with_another_source_has_its_own() {
    for (long seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      var parent = any(random);
      var child = any(random);
      var environment = new HashMap<>(parent.toEnvironment());
      environment.putAll(child.toEnvironment());
      assertThat(CustomerSource.fromEnvironment(environment)).as("seed " + seed).isEqualTo(child);
    }
  }

  @Test
  void what_is_not_named_has_its_default() {
    assertThat(CustomerSource.fromEnvironment(Map.of("MUSTER_DB_URL", URL, "MUSTER_DB_USER", "me",
        "MUSTER_CACHE", "[::1]:11211", "MUSTER_CACHE_EXPIRY", "90s")))
        .isEqualTo(new CustomerSource.Cached(
            new DatabaseOptions(URL, "me", "", DatabaseOptions.POOL_SIZE, DatabaseOptions.TIMEOUT),
            new CacheOptions("::1", 11_211, Duration.ofSeconds(90), CacheOptions.TIMEOUT), true));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"MUSTER_DB_POOL|ten|a whole number (was ten)",
      "MUSTER_DB_POOL|0|poolSize must be positive (was 0)",
      "MUSTER_DB_TIMEOUT|2|a duration, such as 250ms, 2s or 1h (was 2)",
      "MUSTER_DB_TIMEOUT|1ms|timeout must be at least 250 ms",
      "MUSTER_CACHE|localhost|host:port, such as 127.0.0.1:11211 (was localhost)",
      "MUSTER_CACHE|:11211|host:port, such as 127.0.0.1:11211 (was :11211)",
      "MUSTER_CACHE|localhost:x|host:port, such as 127.0.0.1:11211 (was localhost:x)",
      "MUSTER_CACHE|localhost:70000|port must be 1 … 65535 (was 70000)",
      "MUSTER_CACHE_EXPIRY|31d|a duration, such as 250ms, 2s or 1h (was 31d)",
      "MUSTER_CACHE_EXPIRY|1000h|expiry must be 1 s … 30 days",
      "MUSTER_CACHE_WARM|yes|true or false (was yes)"})
  void a_value_that_cannot_be_is_one_sentence(String name, String value, String expected) {
    var variables = new HashMap<>(Map.of("MUSTER_DB_URL", URL, "MUSTER_DB_PASSWORD",
        "guarded", "MUSTER_CACHE", "127.0.0.1:11211"));
    variables.put(name, value);
    assertThatThrownBy(() -> CustomerSource.fromEnvironment(variables))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(expected)
        .hasMessageNotContaining("guarded");
  }

  @Test
  void a_cache_without_a_database_is_refused() {
    assertThatThrownBy(
        () -> CustomerSource.fromEnvironment(Map.of("MUSTER_CACHE", "127.0.0.1:11211")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("without MUSTER_DB_URL");
  }

  private static CustomerSource any(Random random) {
    var database = new DatabaseOptions("jdbc:mariadb://host" + random.nextInt() + "/db?a=b",
        text(random), text(random), 1 + random.nextInt(100),
        Duration.ofMillis(250 + random.nextInt(10_000_000)).plusNanos(random.nextInt(2)));
    return switch (random.nextInt(3)) {
      case 0 -> new CustomerSource.Memory();
      case 1 -> new CustomerSource.Database(database);
      default -> new CustomerSource.Cached(database,
          new CacheOptions(random.nextBoolean() ? "::1" : "cache.example",
              1 + random.nextInt(65_535),
              Duration.ofSeconds(1 + random.nextInt(2_592_000)),
              Duration.ofMillis(1 + random.nextInt(100_000))),
          random.nextBoolean());
    };
  }

  private static String text(Random random) {
    return random.ints(random.nextInt(20), ' ', 0x3000)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
