package dev.muster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Plans that nobody means well with: what is kept in PlanFuzzInputs, and what comes of it by chance. A
 * text that breaks one of the rules belongs there, in a file of its own.
 */
@Timeout(120)
class PlanFuzzTest {

  /** For how long fresh texts are made up, each time the tests run. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final int SEEDS = 3_000;

  private static final List<String> OVERRIDES = List.of(
      "load.users=[1, 2]", "scenario.0.get=/x", "name=", "load={}", "target=&a [*a]", "a.b.c.d=1",
      "scenario.99999999999=1", "load.users=[[[[[", "=", "load.duration=1s");

  @Test
  void every_text_that_is_kept_has_an_answer() {
    for (Path file : inputs()) {
      assertHasAnAnswer(file.getFileName().toString(), text(file), List.of());
      for (String override : OVERRIDES) {
        assertHasAnAnswer(file.getFileName() + " --set " + override, text(file), List.of(override));
      }
    }
  }

  @Test
  void whatever_becomes_of_them_has_an_answer() {
    List<String> texts = inputs().stream().map(PlanFuzzTest::text).toList();
    for (long seed = 0; seed < SEEDS; seed++) {
      assertHasAnAnswer(texts, seed);
    }
    long first = System.nanoTime();
    for (long seed = first; System.nanoTime() - first < FRESH_NANOS; seed++) {
      assertHasAnAnswer(texts, seed);
    }
  }

  /** What repeats something a hundred thousand times is soon read or soon left. */
  @Test
  void a_megabyte_of_anything_has_an_answer() {
    for (String piece : List.of(
        " ", "\n", "\t", "a", "a ", "a: ", "a: b\n", "- ", "- a\n", "[", "[]", "[a, ", "{", "{a: ",
        "? ",
        "?\n", ":", ": ", "#", "# \n", "'", "''", "\"", "\\", "\"\\\n", "&a ", "*a ", "*a\n", "!a ",
        "!",
        "%a\n", "---\n", "--- a\n", "...\n", "|\n", "> \n ", "@", "`", "${", "${random(", "\u0085",
        "\u2028",
        "\ud83d\ude00", "a:\n ", "- - ", "<<: ", "\r", "\r\n")) {
      String most = piece.repeat(1_000_000 / piece.length());
      assertHasAnAnswer(piece, most, List.of());
    }
  }

  @Test
  void of_very_many_problems_the_first_are_told() {
    var text = new StringBuilder();
    for (int key = 0; key < 10_000; key++) {
      text.append("key-").append(key).append(": 1\n");
    }

    List<PlanProblem> problems = ((PlanReading.Unreadable) PlanFile
        .read(Sources.source(text.toString()))).problems();

    assertThat(problems).hasSize(51);
    assertThat(problems.getLast().render()).contains("more problems");
  }

  @Test
  void what_a_problem_quotes_is_cut() {
    String key = "k".repeat(100_000);

    List<PlanProblem> problems = ((PlanReading.Unreadable) PlanFile
        .read(Sources.source(key + ": 1\n" + key + ": 2\n*" + key + " : 3\n"))).problems();

    assertThat(problems).allSatisfy(problem -> assertThat(problem.render()).hasSizeLessThan(1_500));
  }

  private static void assertHasAnAnswer(List<String> texts, long seed) {
    var random = new Random(seed);
    String text = mutated(texts, random);
    List<String> overrides = random.nextInt(4) == 0
        ? List.of(OVERRIDES.get(random.nextInt(OVERRIDES.size())))
        : List.of();
    assertHasAnAnswer("seed " + seed, text, overrides);
  }

  private static void assertHasAnAnswer(String which, String text, List<String> overrides) {
    try {
      var source = new PlanSource(
          "plan.yaml", text, overrides, Map.of("A", "1", "TARGET", "http://localhost"));
      switch (PlanFile.read(source)) {
        case PlanReading.Readable(Plan plan) ->
          assertThat(Experiment.of(plan).runs()).isNotEmpty();
        case PlanReading.Unreadable(List<PlanProblem> problems) -> {
          assertThat(problems).isNotEmpty().hasSizeLessThanOrEqualTo(51);
          for (PlanProblem problem : problems) {
            assertThat(problem.message()).isNotBlank().hasSizeLessThan(700);
            assertThat(problem.hint()).hasSizeLessThan(700);
          }
        }
      }
      if (text.length() < 100_000) {
        var _ = PlanFile.environmentNames(text, overrides);
      }
    } catch (Throwable e) {
      throw new AssertionError(
          which + " has no answer: " + text.substring(0, Math.min(text.length(), 2_000)), e);
    }
  }

  private static String mutated(List<String> texts, Random random) {
    var text = new StringBuilder(texts.get(random.nextInt(texts.size())));
    for (int change = random.nextInt(1, 6); change > 0; change--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(30));
      switch (random.nextInt(6)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, pick(random));
        case 2 -> text.replace(at, Math.min(text.length(), at + 1), pick(random));
        case 3 -> text.insert(at, text.substring(at, end).repeat(random.nextInt(40)));
        case 4 -> {
          String other = texts.get(random.nextInt(texts.size()));
          int from = random.nextInt(other.length() + 1);
          text.insert(
              at, other, from, Math.min(other.length(), from + random.nextInt(200)));
        }
        default -> text.insert(random.nextInt(text.length() + 1), text.substring(at, end));
      }
    }
    return text.toString();
  }

  private static String pick(Random random) {
    String characters = "\n\t\r :-[]{}#&*!|>'\"%@`,?$\\/.~0159smx\u00e4\u2028\uFEFF\u0000\ud83d";
    if (random.nextInt(3) > 0) {
      return String.valueOf(characters.charAt(random.nextInt(characters.length())));
    }
    List<String> words = List.of(
        "\n- ", ": ", "<<: ", "&a ", "*a ", "!!str ", "${env(A)}", "${random(1, 2)}", "null",
        "true", "1e99",
        "99999999999999999999", "-1", "0", "10%", "5s..9s", "1/s", "http://", "get: ", "users: ",
        "load:\n",
        "scenario:\n", "---\n", "...\n", "|\n", "\n  ", "[[", "}}");
    return words.get(random.nextInt(words.size()));
  }

  private static List<Path> inputs() {
    try {
      var folder = Path.of(
          Objects.requireNonNull(PlanFuzzTest.class.getResource("PlanFuzzInputs")).toURI());
      try (Stream<Path> files = Files.list(folder)) {
        var sorted = new ArrayList<>(files.sorted().toList());
        assertThat(sorted).isNotEmpty();
        return sorted;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
