package dev.muster.plan;

import dev.muster.plan.grammar.Definitions;
import dev.muster.plan.grammar.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schema of plan files, for completion and checks in editors. It comes from the same
 * shapes as the reading and is never the stricter one, except that it wants numbers without quotes.
 */
public final class PlanSchema {

  private PlanSchema() {}

  /** The schema, draft 2020-12. */
  public static String json() {
    var definitions = new Definitions();
    Object plan = PlanShape.named("plan").schema(definitions);
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Muster plan");
    schema.put("allOf", List.of(plan));
    schema.put("$defs", definitions.all());
    return Json.write(schema) + "\n";
  }
}
