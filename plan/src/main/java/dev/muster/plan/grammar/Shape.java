package dev.muster.plan.grammar;

import dev.muster.plan.document.NearestWord;
import dev.muster.plan.document.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map with known keys. One mistake is one problem: a key that is nearly a known one is reported
 * and then read as what was meant, so that nothing seems to be missing.
 *
 * @param name of its definition in the JSON Schema
 * @param description a sentence for editors
 * @param fields its keys
 * @param rules what holds between them
 * @param foreign words that people write here, and why they do not work
 * @param build makes what the shape describes, or reports problems of the whole and gives null;
 *     called for unclean contents too, so that such problems are found beside others
 */
public record Shape<T>(
    String name,
    String description,
    List<Field<?>> fields,
    List<Rule> rules,
    Map<String, String> foreign,
    Function<Contents<T>, @Nullable T> build) implements Type<T> {

  public Shape {
    fields = List.copyOf(fields);
    rules = List.copyOf(rules);
  }

  /** The field of {@code key}, which is known. */
  Field<?> field(String key) {
    return fields.stream().filter(field -> field.key().equals(key)).findFirst().orElseThrow();
  }

  @Override
  public @Nullable T read(Cursor at) {
    if (!(at.value() instanceof Value.Fields map)) {
      at.wrongKind(expected());
      return null;
    }
    int before = at.problems().reports();
    Map<String, Value.Entry> entries = recognise(at, map);
    var values = new HashMap<String, Object>();
    var contents = new Contents<T>(this, at, entries, values, before);
    for (Field<?> field : fields) {
      Value.Entry entry = entries.get(field.key());
      Object value = entry == null ? null : field.type().read(at.child(entry));
      if (value != null) {
        values.put(field.key(), value);
      }
      if (entry == null && field.required()) {
        contents.missingKey(field.key());
      }
    }
    rules.forEach(rule -> rule.check(contents));
    T built = build.apply(contents);
    return contents.clean() ? built : null;
  }

  private Map<String, Value.Entry> recognise(Cursor at, Value.Fields map) {
    var entries = new LinkedHashMap<String, Value.Entry>();
    var unknown = new ArrayList<Value.Entry>();
    for (Value.Entry entry : map.entries()) {
      if (keys().contains(entry.key())) {
        entries.put(entry.key(), entry);
      } else {
        unknown.add(entry);
      }
    }
    for (Value.Entry entry : unknown) {
      String reason = foreign.get(entry.key());
      if (reason != null) {
        at.keyProblem(entry, reason, "known here: " + String.join(", ", keys()));
        continue;
      }
      Optional<String> meant = NearestWord.of(entry.key(), keys());
      at.keyProblem(entry, "there is no " + Cursor.quoted(entry.key()) + " here",
          meant.map(word -> "did you mean \"" + word + "\"? ").orElse("")
              + "known here: " + String.join(", ", keys()));
      meant.ifPresent(word -> entries.putIfAbsent(word, entry));
    }
    return entries;
  }

  private List<String> keys() {
    return fields.stream().map(Field::key).toList();
  }

  @Override
  public String expected() {
    return "a map of " + String.join(", ", keys());
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    return definitions.refer(name, () -> describe(definitions));
  }

  private Map<String, Object> describe(Definitions definitions) {
    var properties = new LinkedHashMap<String, Object>();
    for (Field<?> field : fields) {
      var property = new LinkedHashMap<String, Object>();
      property.put("description", field.description() + " Example: " + field.example());
      property.putAll(field.type().schema(definitions));
      properties.put(field.key(), property);
    }
    var schema = new LinkedHashMap<String, Object>();
    schema.put("description", description);
    schema.put("type", "object");
    schema.put("properties", properties);
    schema.put("additionalProperties", false);
    schema.put("required", fields.stream().filter(Field::required).map(Field::key).toList());
    if (!rules.isEmpty()) {
      schema.put("allOf", rules.stream().map(Rule::schema).toList());
    }
    return schema;
  }
}
