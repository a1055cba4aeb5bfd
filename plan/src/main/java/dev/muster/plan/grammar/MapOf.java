package dev.muster.plan.grammar;

import dev.muster.plan.document.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map whose keys the writer of the plan chooses.
 *
 * @param keys what a key may be
 * @param keyPattern the same for editors
 * @param values what each value may be
 * @param sizeMin the least number of entries
 * @param expected what it is, after "expected"
 */
public record MapOf<T>(
    Word.Reader<String> keys,
    String keyPattern,
    Type<T> values,
    int sizeMin,
    String expected) implements Type<List<MapOf.Named<T>>> {

  /** An entry of the map, in the order written. */
  public record Named<T>(String name, T value) {}

  @Override
  public @Nullable List<Named<T>> read(Cursor at) {
    if (!(at.value() instanceof Value.Fields fields)) {
      at.wrongKind(expected);
      return null;
    }
    if (fields.entries().size() < sizeMin) {
      at.problem("is empty", "expected " + expected);
      return null;
    }
    var read = new ArrayList<Named<T>>();
    for (Value.Entry entry : fields.entries()) {
      boolean named = at.keyFits(entry, keys);
      T value = values.read(at.child(entry));
      if (named && value != null) {
        read.add(new Named<>(entry.key(), value));
      }
    }
    return read.size() == fields.entries().size() ? read : null;
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    var schema = Json.object("type", "object", "minProperties", sizeMin);
    schema.put("propertyNames", Json.object("pattern", "^" + keyPattern + "$"));
    schema.put("additionalProperties", values.schema(definitions));
    return schema;
  }
}
