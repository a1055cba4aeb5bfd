package dev.muster.plan.grammar;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The shapes that a JSON Schema refers to by name, each described once. */
public final class Definitions {

  private final Map<String, Object> byName = new LinkedHashMap<>();

  /** A reference to {@code name}, described by {@code schema} if it is not yet. */
  Map<String, Object> refer(String name, Supplier<Map<String, Object>> schema) {
    if (!byName.containsKey(name)) {
      byName.put(name, Map.of()); // holds the place, so that a shape may contain itself
      byName.put(name, schema.get());
    }
    return Json.object("$ref", "#/$defs/" + name);
  }

  /** All that was referred to, in the order first met. */
  public Map<String, Object> all() {
    return byName;
  }
}
