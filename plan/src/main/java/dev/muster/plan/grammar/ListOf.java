package dev.muster.plan.grammar;

import dev.muster.plan.document.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A list of at least one item.
 *
 * @param item what each item may be
 * @param expected what it is, after "expected"
 * @param identity of which no two items have the same; null when items may be alike
 */
record ListOf<T>(Type<T> item, String expected, @Nullable Function<T, Object> identity)
    implements
      Type<List<T>> {

  /** A list in which items may be alike. */
  ListOf(Type<T> item, String expected) {
    this(item, expected, null);
  }

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
    var seen = new HashSet<Object>();
    for (int index = 0; index < items.values().size(); index++) {
      Cursor here = at.item(index, items.values().get(index));
      T value = item.read(here);
      if (value == null) {
        continue;
      }
      Object mark = identity == null ? index : identity.apply(value);
      if (seen.add(mark)) {
        read.add(value);
      } else {
        here.problem(mark + " stands in the list twice", "expected each once");
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
