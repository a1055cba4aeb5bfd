package dev.muster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanSchemaTest {

  private final Schema schema = SchemaRegistry
      .withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
      .getSchema(PlanSchema.json(), InputFormat.JSON);

  private List<Error> errors(String text) {
    return schema.validate(text, InputFormat.YAML);
  }

  static List<Path> examples() {
    return Sources.examples();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void every_example_fits_the_schema(Path file) {
    assertThat(errors(Sources.read(file).text())).isEmpty();
  }

  @Test
  void a_plan_that_uses_all_keys_fits_the_schema_and_can_be_read() {
    String text = """
        name: all
        target: https://example.org:8443
        seed: -9223372036854775808
        http: { connections: per-request, connect-timeout: 1.5s, timeout: 1m30s, headers: { A: 1 } }
        scenarios:
          one:
            weight: 2
            pacing: 1s
            think: 250us
            tasks:
              - name: t
                weight: 3
                steps:
                  - { get: "/${env(X, y)}", name: n, headers: { B: "${user}" }, timeout: 1h, body: 5 }
                  - think: 1s..2s
        load: { users: [5, 6], spawn: 0.5/s, step: { users: 10%, every: 1s }, duration: 1m, drain: 0s }
        """;

    assertThat(errors(text)).isEmpty();
    assertThat(Sources.problems(Sources.source(text))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "version: 2, connections: shared, streams: 8", "version: 1.1", "version: '2'",
      "tls: { insecure-skip-verify: true }", "tls: { insecure-skip-verify: 'false' }"})
  void a_word_that_yaml_takes_for_a_number_or_a_truth_value_fits_the_schema(String http) {
    String text = "{ target: https://localhost, http: { " + http + " }, "
        + "scenario: [ { get: / } ], load: { users: 10, duration: 1m } }";

    assertThat(errors(text)).isEmpty();
    assertThat(Sources.problems(Sources.source(text))).isEmpty();
  }

  @Test
  void a_plan_of_arrivals_that_uses_all_keys_fits_the_schema_and_can_be_read() {
    String text = """
        target: http://localhost
        scenario: [ { get: "/${user}" } ]
        load: { rate: [0.5/s, 30/h], arrivals: regular, max-users: 5, duration: 1m, drain: 0s }
        """;

    assertThat(errors(text)).isEmpty();
    assertThat(Sources.problems(Sources.source(text))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "users: 10               | usres: 10",
      "users: 10               | users: []",
      "users: 10               | users: -1",
      "users: 10               | users: [a]",
      "duration: 1m            | duration: 15",
      "duration: 1m            | duration: 15 parsecs",
      "duration: 1m            | drain: 1m",
      "duration: 1m            | stages: [{ users: 5, over: 1m }], spawn: 1/s",
      "users: 10               | rate: 5",
      "users: 10               | arrivals: regular",
      "target:                 | http: { version: 3 }, target:",
      "target:                 | http: { version: 2, streams: 0 }, target:",
      "duration: 1m            | duration: 1m, rate: 5/s",
      "duration: 1m            | duration: 1m, max-users: 5",
      "users: 10               | rate: 5/s, arrivals: sometimes",
      "get: /                  | get: customers",
      "get: /                  | think: 9",
      "get: /                  | { get: /, post: / }",
      "get: /                  | { think: 1s, name: x }",
      "http://localhost:10000  | http://localhost/api",
      "http://localhost:10000  | localhost",
      "target                  | targett",
  })
  void what_cannot_be_read_does_not_fit_the_schema(String good, String bad) {
    String flow = "{ target: http://localhost:10000, "
        + "scenario: [ { get: / } ], load: { users: 10, duration: 1m } }";
    String text = bad.startsWith("{")
        ? flow.replace("{ " + good + " }", bad)
        : flow.replace(good, bad);

    assertThat(errors(flow)).isEmpty();
    assertThat(errors(text)).isNotEmpty();
    assertThat(Sources.problems(Sources.source(text))).isNotEmpty();
  }
}
