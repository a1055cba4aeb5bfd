package dev.muster.plan.grammar;

import dev.muster.plan.document.Value;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of a shape's keys, as far as they could be read.
 *
 * @param <S> what the shape describes
 */
public final class Contents<S> {

  private final Shape<S> shape;
  private final Cursor at;
  private final Map<String, Value.Entry> entries;
  private final Map<String, Object> values;
  private final int reportsBefore;

  Contents(Shape<S> shape, Cursor at, Map<String, Value.Entry> entries,
      Map<String, Object> values, int reportsBefore) {
    this.shape = shape;
    this.at = at;
    this.entries = entries;
    this.values = values;
    this.reportsBefore = reportsBefore;
  }

  /** The key's value, or null when it is not given or has a problem. */
  @SuppressWarnings("unchecked") // the shape reads each key with the field's own type
  public <T> @Nullable T get(Field<T> field) {
    return (T) values.get(field.key());
  }

  /** The key's value, or another when it is not given. */
  public <T> T get(Field<T> field, T orElse) {
    T value = get(field);
    return value == null ? orElse : value;
  }

  /** The value of a key that is required. Only for contents that are {@link #clean()}. */
  public <T> T need(Field<T> field) {
    T value = get(field);
    if (value == null) {
      throw new IllegalStateException(field.key() + " is required and was not checked");
    }
    return value;
  }

  /** Whether the key is given, well or badly. */
  public boolean has(Field<?> field) {
    return has(field.key());
  }

  boolean has(String key) {
    return entries.containsKey(key);
  }

  /** Whether there are keys of which it is not known what was meant. */
  boolean hasStrangers() {
    return at.value() instanceof Value.Fields map && map.entries().size() > entries.size();
  }

  /** Whether nothing in it has a problem. */
  public boolean clean() {
    return at.problems().reports() == reportsBefore;
  }

  /** Reports what is wrong with the value of a key that is given. */
  public void problem(Field<?> field, String message, String hint) {
    Value.Entry entry = entries.get(field.key());
    if (entry == null) {
      throw new IllegalStateException(field.key() + " is not given");
    }
    at.child(entry).problem(message, hint);
  }

  /** Reports what is wrong with the whole. */
  public void missing(String message, String hint) {
    at.missing(message, hint);
  }

  void keyProblem(String key, String message, String hint) {
    Value.Entry entry = entries.get(key);
    if (entry != null) {
      at.keyProblem(entry, message, hint);
    }
  }

  void missingKey(String key) {
    Field<?> field = shape.field(key);
    missing("\"" + key + "\" is missing",
        "for example " + key + ": " + field.example() + "  (" + field.description() + ")");
  }
}
