package dev.muster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MistakesTest {

  /** A plan with mistakes, and what is said of them. */
  record Mistake(String text, String problems) {

    /** The plan; whatever is not the point of the case is added below it, well. */
    PlanSource source() {
      var whole = new StringBuilder(text);
      boolean tree = text.lines().anyMatch(line -> !line.startsWith("#") && !line.isBlank());
      addUnless(!tree || text.contains("target"), whole, "target: http://localhost\n");
      addUnless(!tree || text.contains("scenario"), whole, "scenario: [{ get: / }]\n");
      addUnless(!tree || text.contains("load"), whole, "load: { users: 1, duration: 1m }\n");
      return new PlanSource("plan.yaml", whole.toString(), List.of(), Map.of("LF", "a\nb"));
    }

    private static void addUnless(boolean there, StringBuilder text, String line) {
      text.append(there ? "" : line);
    }

    @Override
    public String toString() {
      return text.strip().replace('\n', ' ');
    }
  }

  static Stream<Mistake> mistakes() throws IOException {
    try (InputStream table = MistakesTest.class.getResourceAsStream("mistakes.txt")) {
      String text = new String(Objects.requireNonNull(table).readAllBytes(),
          StandardCharsets.UTF_8);
      return Stream.of(text.split("=====\n"))
          .map(row -> row.split("----->\n"))
          .map(row -> new Mistake(row[0], row[1].strip()));
    }
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void each_mistake_is_said_once_at_its_place_with_its_cure(Mistake mistake) {
    assertThat(Sources.problems(mistake.source())).isEqualTo(mistake.problems());
  }

  @Test
  void six_mistakes_are_six_problems() {
    assertThat(Sources.problems(Sources.source("""
        name: three tier
        target: http://localhost:10000/api
        scenario:
          - gett: /customerdata/${random(1, 4499)}
          - think: 9s..5s
        load:
          users: [50, 100, 50]
          durtion: 3m
        """))).isEqualTo(
        """
            plan.yaml:1:7: name: "three tier" is not a name
              expected letters, digits, _, - and ., beginning with a letter or digit
            plan.yaml:2:9: target: holds more than scheme, host and port
              write http://localhost:10000; paths belong to the requests
            plan.yaml:4:5: scenario.0: there is no "gett" here
              did you mean "get"? known here: get, post, put, delete, think, name, headers, body, timeout, check
            plan.yaml:5:12: scenario.1.think: "9s..5s" runs backwards
              write 5s..9s
            plan.yaml:7:20: load.users.2: 50 stands in the list twice
              expected each once
            plan.yaml:8:3: load: there is no "durtion" here
              did you mean "duration"? known here: users, spawn, step, stages, rate, arrivals, max-users, duration, drain""");
  }

  @Test
  void what_is_missing_is_named_where_it_belongs() {
    assertThat(Sources.problems(Sources.source("seed: 5\n"))).isEqualTo(
        """
            plan.yaml:1:1: "target" is missing
              for example target: http://localhost:10000  (Where requests go: scheme, host and port.)
            plan.yaml:1:1: "load" is missing
              for example load: { users: 50, duration: 3m }  (How many users there are or how many arrive, and when.)
            plan.yaml:1:1: needs one of scenario, scenarios""");
  }

  @Test
  void a_name_has_at_most_200_characters() {
    String path = "/" + "a".repeat(200);

    assertThat(Sources.problems(Sources.source(Sources.GOOD.replace("get: /", "get: " + path))))
        .isEqualTo("plan.yaml:3:10: scenario.0.get: as a name has 201 characters\n"
            + "  expected at most 200; give the request a name");
  }
}
