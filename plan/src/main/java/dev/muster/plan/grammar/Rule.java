package dev.muster.plan.grammar;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What holds between the keys of a shape. */
public sealed interface Rule {

  /**
   * Exactly one of the keys is given.
   *
   * @param verb whether it says what the whole is: then a word that is not known was meant as one,
   *     and nothing is missing beside it
   */
  record OneOf(List<String> keys, boolean verb) implements Rule {}

  /** At least one of the keys is given. */
  record AnyOf(List<String> keys) implements Rule {}

  /** Where {@code key} is given, none of {@code others} is; {@code why} is the hint. */
  record Excludes(String key, List<String> others, String why) implements Rule {}

  /** All of the keys are given, unless one of {@code others} is. */
  record NeedsUnless(List<String> keys, List<String> others) implements Rule {}

  /** Where one of {@code keys} is given, {@code other} is too; {@code why} is the hint. */
  record OnlyWith(List<String> keys, String other, String why) implements Rule {}

  /** Reports where the rule is broken. */
  default void check(Contents<?> contents) {
    switch (this) {
      case OneOf(var keys, var verb) -> {
        List<String> given = keys.stream().filter(contents::has).toList();
        if (given.isEmpty() && !(verb && contents.hasStrangers())) {
          contents.missing("needs one of " + String.join(", ", keys), "");
        }
        for (String key : given.subList(Math.min(1, given.size()), given.size())) {
          contents.keyProblem(key,
              "\"" + key + "\" cannot stand beside \"" + given.getFirst() + "\"",
              "expected only one of " + String.join(", ", keys));
        }
      }
      case AnyOf(var keys) -> {
        if (keys.stream().noneMatch(contents::has)) {
          contents.missing("needs " + String.join(" or ", keys), "");
        }
      }
      case Excludes(var key, var others, var why) -> others.stream()
          .filter(other -> contents.has(key) && contents.has(other))
          .forEach(other -> contents.keyProblem(
              other, "\"" + other + "\" cannot stand beside \"" + key + "\"", why));
      case NeedsUnless(var keys, var others) -> keys.stream()
          .filter(key -> !contents.has(key) && others.stream().noneMatch(contents::has))
          .forEach(contents::missingKey);
      case OnlyWith(var keys, var other, var why) -> keys.stream()
          .filter(key -> contents.has(key) && !contents.has(other))
          .forEach(key -> contents.keyProblem(
              key, "\"" + key + "\" means nothing without \"" + other + "\"", why));
    }
  }

  /** The rule as a JSON Schema. */
  default Map<String, Object> schema() {
    return switch (this) {
      case OneOf(var keys, _) ->
        Json.object("oneOf", keys.stream().map(key -> require(List.of(key))).toList());
      case AnyOf(var keys) ->
        Json.object("anyOf", keys.stream().map(key -> require(List.of(key))).toList());
      case Excludes(var key, var others, _) -> {
        var never = new LinkedHashMap<String, Object>();
        others.forEach(other -> never.put(other, false));
        yield Json.object(
            "if", require(List.of(key)), "then", Json.object("properties", never));
      }
      case NeedsUnless(var keys, var others) -> Json.object(
          "anyOf", Stream.concat(Stream.of(keys), others.stream().map(List::of))
              .map(Rule::require)
              .toList());
      case OnlyWith(var keys, var other, _) -> {
        var needed = new LinkedHashMap<String, Object>();
        keys.forEach(key -> needed.put(key, List.of(other)));
        yield Json.object("dependentRequired", needed);
      }
    };
  }

  private static Map<String, Object> require(List<String> keys) {
    return Json.object("required", keys);
  }
}
