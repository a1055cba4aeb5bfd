package dev.muster.plan;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Plan files for tests. */
final class Sources {

  /** A plan without a mistake, line by line; tests take lines away or add some. */
  static final String GOOD = """
      target: http://localhost:10000
      scenario:
        - get: /
      load:
        users: 10
        duration: 1m
      """;

  private Sources() {}

  static PlanSource source(String text, String... overrides) {
    return new PlanSource("plan.yaml", text, List.of(overrides), Map.of());
  }

  /** The plan, or a failure that shows what is wrong. */
  static Plan plan(PlanSource source) {
    return switch (PlanFile.read(source)) {
      case PlanReading.Readable(Plan plan) -> plan;
      case PlanReading.Unreadable(var problems) -> throw new AssertionError(rendered(problems));
    };
  }

  /** All problems as a person sees them. */
  static String problems(PlanSource source) {
    return switch (PlanFile.read(source)) {
      case PlanReading.Readable _ -> "";
      case PlanReading.Unreadable(var problems) -> rendered(problems);
    };
  }

  private static String rendered(List<PlanProblem> problems) {
    return problems.stream().map(PlanProblem::render).collect(joining("\n"));
  }

  /** The example plans of the project, in order. */
  static List<Path> examples() {
    try (Stream<Path> files = Files.list(Path.of("../plans"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PlanSource read(Path file) {
    try {
      return new PlanSource(file.toString(), Files.readString(file), List.of(), Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
