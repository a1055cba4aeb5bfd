package dev.muster.plan.grammar;

import dev.muster.plan.document.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A list of at least one item.
 *
 * @param item what each item may be
 * @param expected what it is, after "expected"
 */
record ListOf<T>(Type<T> item, String expected) implements Type<List<T>> {

  @Override
  public @Nullable List<T> read(Cursor at) {
    if (!(at.value() instanceof Value.Items items)) {
      at.wrongKind(expected);
      return null;
    }
    if (items.values().isEmpty()) {
      at.problem("is empty", "expected " + expected);
      return null;
    }
    var read = new ArrayList<T>();
    for (int index = 0; index < items.values().size(); index++) {
      T value = item.read(at.item(index, items.values().get(index)));
      if (value != null) {
        read.add(value);
      }
    }
    return read.size() == items.values().size() ? read : null;
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    var schema = Json.object("type", "array", "minItems", 1);
    schema.put("items", item.schema(definitions));
    return schema;
  }
}
