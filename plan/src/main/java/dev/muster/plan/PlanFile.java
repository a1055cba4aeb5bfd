package dev.muster.plan;

import dev.muster.plan.document.Overrides;
import dev.muster.plan.document.Pieces;
import dev.muster.plan.document.Place;
import dev.muster.plan.document.Problems;
import dev.muster.plan.document.Value;
import dev.muster.plan.document.YamlText;
import dev.muster.plan.grammar.Cursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads plan files. Pure: it opens no file and asks no environment. */
public final class PlanFile {

  /** How many problems are told. */
  private static final int PROBLEMS_MAX = 50;

  /** What is longer is cut in the middle of the sentence; ours are shorter. */
  private static final int SENTENCE_MAX = 600;

  /** More than anybody types; each is read by itself. */
  private static final int OVERRIDES_MAX = 1_000;

  /** A variable that a plan names in each of its values is filled in as often. */
  private static final int FILLED_IN_MAX = 10_000_000;

  private PlanFile() {}

  /** The plan, or everything that is wrong with it. Throws nothing, whatever the text. */
  public static PlanReading read(PlanSource source) {
    var problems = new Problems();
    Optional<Plan> plan = YamlText.ofFile(source.text(), problems)
        .filter(_ -> areFew(source.overrides(), problems))
        .map(document -> Overrides.apply(document, source.overrides(), problems))
        .filter(document -> fits(document, source.environment(), problems))
        .map(document -> new Cursor(document, Place.start(), "", problems, source.environment()))
        .map(cursor -> PlanShape.named(nameOf(source.fileName())).read(cursor));
    return plan.isPresent() && problems.reports() == 0
        ? new PlanReading.Readable(plan.get())
        : new PlanReading.Unreadable(told(source.fileName(), problems.sorted()));
  }

  private static boolean areFew(List<String> overrides, Problems problems) {
    int characters = overrides.stream().mapToInt(String::length).sum();
    if (overrides.size() <= OVERRIDES_MAX && characters <= YamlText.LENGTH_MAX) {
      return true;
    }
    problems.add(
        Place.start(), "",
        "there are " + overrides.size() + " overrides of " + characters + " characters",
        "expected at most " + OVERRIDES_MAX + " of " + YamlText.LENGTH_MAX
            + " characters in all; write them into the plan");
    return false;
  }

  private static boolean fits(
      Value document, Map<String, String> environment, Problems problems) {
    long characters = names(document)
        .mapToLong(name -> environment.getOrDefault(name, "").length())
        .sum();
    if (characters <= FILLED_IN_MAX) {
      return true;
    }
    problems.add(
        Place.start(), "",
        "environment variables fill in " + characters + " characters",
        "expected at most " + FILLED_IN_MAX + " in all; shorten them, or name them less often");
    return false;
  }

  /** All, or the first of very many, which nobody reads to the end and no message has room for. */
  private static List<PlanProblem> told(String fileName, List<Problems.Finding> findings) {
    var told = new ArrayList<PlanProblem>();
    findings.stream()
        .limit(PROBLEMS_MAX)
        .forEach(finding -> told.add(problem(fileName, finding)));
    int more = findings.size() - PROBLEMS_MAX;
    if (more > 0) {
      told.add(
          new PlanProblem(
              fileName, 0, 0, "and " + more + " more problems",
              "they are told when these are mended"));
    }
    return told;
  }

  /**
   * The names of the environment variables that a plan uses, in alphabetical order, so that a
   * submitter can send those and no others. Empty when the text is not YAML.
   */
  public static Set<String> environmentNames(String text) {
    return environmentNames(text, List.of());
  }

  /** As {@link #environmentNames(String)}, with overrides laid over the text. */
  public static Set<String> environmentNames(String text, List<String> overrides) {
    var unheard = new Problems();
    var names = new TreeSet<String>();
    YamlText.ofFile(text, unheard)
        .map(document -> Overrides.apply(document, overrides, unheard))
        .ifPresent(document -> names(document).forEach(names::add));
    return names;
  }

  private static Stream<String> names(Value value) {
    return switch (value) {
      case Value.Scalar scalar -> Pieces.environmentNames(scalar.text());
      case Value.Items items -> items.values().stream().flatMap(PlanFile::names);
      case Value.Fields fields ->
        fields.entries().stream().map(Value.Entry::value).flatMap(PlanFile::names);
      case Value.Nothing _,Value.Broken _ -> Stream.empty();
    };
  }

  private static PlanProblem problem(String fileName, Problems.Finding finding) {
    String message = shortened(
        finding.path().isEmpty()
            ? finding.message()
            : finding.path() + ": " + finding.message());
    String hint = shortened(finding.hint());
    return switch (finding.place()) {
      case Place.InFile(int line, int column) ->
        new PlanProblem(fileName, line, column, message, hint);
      case Place.InOverride(_, var text) ->
        new PlanProblem("--set " + text, 0, 0, message, hint);
    };
  }

  /** Keys, aliases and tags of any length stand in messages. */
  private static String shortened(String text) {
    return text.length() <= SENTENCE_MAX
        ? text
        : text.substring(0, text.offsetByCodePoints(0, SENTENCE_MAX / 2)) + "…";
  }

  /** {@code plans/shop.yaml} is named {@code shop}; what a name cannot hold becomes {@code _}. */
  private static String nameOf(String fileName) {
    String last = fileName
        .substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
    int dot = last.lastIndexOf('.');
    String bare = (dot > 0 ? last.substring(0, dot) : last)
        .replaceAll("[^A-Za-z0-9_.-]", "_")
        .replaceFirst("^[^A-Za-z0-9]+", "");
    return bare.isEmpty() ? "plan" : bare.substring(0, Math.min(bare.length(), 200));
  }
}
