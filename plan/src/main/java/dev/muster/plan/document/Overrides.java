package dev.muster.plan.document;

import dev.muster.plan.document.Value.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lays overrides such as {@code load.users=[50, 100]} over a document. A path goes down by keys
 * and, in lists, by indices from 0; keys that are missing are made. The value is YAML.
 */
public final class Overrides {

  private final Place.InOverride place;
  private final List<String> path;
  private final Value value;
  private final Problems problems;

  private Overrides(
      Place.InOverride place, List<String> path, Value value, Problems problems) {
    this.place = place;
    this.path = path;
    this.value = value;
    this.problems = problems;
  }

  /** The document with all overrides, one after another; one with a problem changes nothing. */
  public static Value apply(Value document, List<String> overrides, Problems problems) {
    Value result = document;
    for (int index = 0; index < overrides.size(); index++) {
      result = apply(result, new Place.InOverride(index, overrides.get(index)), problems);
    }
    return result;
  }

  private static Value apply(Value document, Place.InOverride place, Problems problems) {
    int equals = place.text().indexOf('=');
    List<String> path = List.of(place.text().substring(0, Math.max(0, equals)).split("\\.", -1));
    if (path.stream().anyMatch(String::isBlank)) {
      problems.add(place, "", "this is not an override", "write it as load.users=100");
      return document;
    }
    return YamlText.ofOverride(place.text().substring(equals + 1), place, problems)
        .map(value -> new Overrides(place, path, value, problems).into(document, 0))
        .orElse(document);
  }

  /** {@code old} with the new value somewhere below it; {@code depth} keys lie behind. */
  private Value into(Value old, int depth) {
    if (depth == path.size()) {
      return value;
    }
    return switch (old) {
      case Value.Fields fields -> intoFields(fields, depth);
      case Value.Items items -> intoItems(items, depth);
      case Value.Nothing _ -> intoFields(new Value.Fields(place, List.of()), depth);
      case Value.Broken _ -> old;
      case Value.Scalar _ -> {
        wrong(depth, "is a single value and has nothing in it");
        yield old;
      }
    };
  }

  private Value intoFields(Value.Fields fields, int depth) {
    String key = path.get(depth);
    var entries = new ArrayList<>(fields.entries());
    Optional<Entry> old = fields.entry(key);
    if (old.isPresent()) {
      Entry entry = old.get();
      entries.set(entries.indexOf(entry),
          new Entry(key, depth + 1 == path.size() ? place : entry.keyPlace(),
              into(entry.value(), depth + 1)));
    } else {
      entries.add(new Entry(key, place, into(new Value.Nothing(place), depth + 1)));
    }
    return new Value.Fields(fields.place(), entries);
  }

  private Value intoItems(Value.Items items, int depth) {
    String key = path.get(depth);
    int size = items.values().size();
    if (!key.matches("[0-9]{1,6}") || Integer.parseInt(key) >= size) {
      wrong(depth, "is a list of " + size + " and has no \"" + key + "\"");
      return items;
    }
    int index = Integer.parseInt(key);
    var values = new ArrayList<>(items.values());
    values.set(index, into(values.get(index), depth + 1));
    return new Value.Items(items.place(), values);
  }

  private void wrong(int depth, String what) {
    String parent = depth == 0 ? "the plan" : String.join(".", path.subList(0, depth));
    problems.add(place, "", parent + " " + what, "");
  }
}
