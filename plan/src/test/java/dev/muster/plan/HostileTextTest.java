package dev.muster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that no one writes by hand. */
@Timeout(60)
class HostileTextTest {

  private static String problems(String text) {
    return Sources.problems(Sources.source(text));
  }

  @Test
  void a_plan_has_at_most_a_million_characters() {
    assertThat(problems("a".repeat(1_000_001))).isEqualTo(
        "plan.yaml:1:1: the plan has 1000001 characters\n  at most 1000000 are read");
  }

  @Test
  void requests_are_counted_under_at_most_a_thousand_names() {
    assertThat(problems(requests(1_000))).isEmpty();
    assertThat(problems(requests(1_001))).isEqualTo("""
        plan.yaml:3:3: scenario: has requests of 1001 names
          expected at most 1000; give those that are to be counted together the same "name\"""");
    assertThat(problems(requests(1_001).replaceAll("get: /(.*)", "{ get: /$1, name: all }")))
        .as("many requests of one name")
        .isEmpty();
  }

  private static String requests(int count) {
    var steps = new StringBuilder();
    for (int request = 0; request < count; request++) {
      steps.append("  - get: /").append(request).append('\n');
    }
    return Sources.GOOD.replace("  - get: /\n", steps);
  }

  @Test
  void an_experiment_has_at_most_a_thousand_runs() {
    String sizes = IntStream.rangeClosed(1, 1_001)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", ", "[", "]"));
    assertThat(problems(Sources.GOOD.replace("users: 10", "users: " + sizes)))
        .contains("has 1001 sizes, each a run")
        .contains("expected at most 1000; write more plans");
    assertThat(problems(Sources.GOOD.replace("users: 10", "rate: " + sizes.replace(",", "/s,"))
        .replace("1001]", "1001/s]"))).contains("has 1001 sizes, each a run");
  }

  @Test
  void overrides_are_at_most_a_thousand_and_no_longer_than_a_plan() {
    String[] many = Collections.nCopies(1_001, "seed=1").toArray(String[]::new);
    assertThat(Sources.problems(Sources.source(Sources.GOOD, many))).isEqualTo("""
        plan.yaml:1:1: there are 1001 overrides of 6006 characters
          expected at most 1000 of 1000000 characters in all; write them into the plan""");
    assertThat(Sources.problems(Sources.source(Sources.GOOD, "name=" + "a".repeat(1_000_000))))
        .startsWith("plan.yaml:1:1: there are 1 overrides of 1000005 characters");
  }

  @Test
  void environment_variables_fill_in_at_most_ten_million_characters() {
    String text = Sources.GOOD + "name: [" + "'${env(BIG)}', ".repeat(101) + "]\n";
    var source = new PlanSource(
        "plan.yaml", text, List.of(), Map.of("BIG", "a".repeat(100_000)));
    assertThat(Sources.problems(source)).isEqualTo("""
        plan.yaml:1:1: environment variables fill in 10100000 characters
          expected at most 10000000 in all; shorten them, or name them less often""");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "- ", "{a: ", "? ", "[{a: "})
  void nesting_has_a_limit(String level) {
    assertThat(problems(level.repeat(1_000_000 / level.length())))
        .contains("lists and maps are nested more than 50 deep");
  }

  @Test
  void aliases_count_as_what_they_stand_for() {
    var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int level = 1; level < 20; level++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(level, level,
          String.join(", ", Collections.nCopies(10, "*a" + (level - 1)))));
    }

    assertThat(problems(bomb.toString())).startsWith("plan.yaml:5:")
        .contains("the plan has more than 100000 values");
  }

  @Test
  void aliases_nest_no_deeper_than_what_they_stand_for_may() {
    var tower = new StringBuilder("a0: &a0 x\n");
    for (int level = 1; level < 40; level++) {
      tower.append("a%d: &a%d [[*a%d]]\n".formatted(level, level, level - 1));
    }

    assertThat(problems(tower.toString())).isEqualTo(
        "plan.yaml:26:13: lists and maps are nested more than 50 deep");
  }

  @Test
  void a_byte_order_mark_is_named_and_hides_nothing_else() {
    assertThat(problems("\uFEFF" + Sources.GOOD.replace("users: 10", "users: 0"))).isEqualTo("""
        plan.yaml:1:1: the plan begins with a byte order mark
          save it as UTF-8 without one
        plan.yaml:5:10: load.users: 0 is too small
          expected a whole number from 1 to 10000000""");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u0000", "\u0007", "\u001B", "\uD800", "\uFFFF"})
  void what_is_not_text_is_named(String character) {
    assertThat(problems("target: http://localhost\nname: a" + character))
        .startsWith("plan.yaml:2:8: the character U+")
        .contains("is not text");
  }

  /** A few thousand plans, each an example with some of its characters changed. */
  @Test
  void whatever_the_text_reading_ends_with_an_answer() {
    String pieces = "\n\t :-[]{}#&*!|>'\"%@`,?$\\/.~0159sm\u00e4\u2028\uFEFF\u0000";
    for (var file : Sources.examples()) {
      String example = Sources.read(file).text();
      for (int seed = 0; seed < 1500; seed++) {
        String text = mutated(example, pieces, new Random(seed));
        assertThatCode(() -> PlanFile.read(Sources.source(text)))
            .as("%s, seed %s:%n%s", file, seed, text)
            .doesNotThrowAnyException();
      }
    }
  }

  @Test
  void equal_text_is_an_equal_reading() {
    String pieces = "\n :-[]{}&*!09";
    String example = Sources.read(Sources.examples().getFirst()).text();
    for (int seed = 0; seed < 200; seed++) {
      String text = mutated(example, pieces, new Random(seed));

      assertThat(PlanFile.read(Sources.source(text))).as("seed %s", seed)
          .isEqualTo(PlanFile.read(Sources.source(text)));
    }
  }

  private static String mutated(String example, String pieces, Random random) {
    var text = new StringBuilder(example);
    for (int change = random.nextInt(1, 5); change > 0; change--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(20));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, pieces.charAt(random.nextInt(pieces.length())));
        case 2 -> text.setCharAt(at, pieces.charAt(random.nextInt(pieces.length())));
        default -> text.insert(random.nextInt(text.length()), text.substring(at, end));
      }
    }
    return text.toString();
  }
}
