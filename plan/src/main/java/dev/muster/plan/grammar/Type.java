package dev.muster.plan.grammar;

import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What a value may be. Reads it, names it in a hint, and describes it to an editor. */
public interface Type<T> {

  /** The value, or null when it has a problem, which has been reported. */
  @Nullable
  T read(Cursor at);

  /** What it is, after "expected": {@code a time such as 500ms, 5s or 1m30s}. */
  String expected();

  /** Its JSON Schema, as {@link Json} writes it. */
  Map<String, Object> schema(Definitions definitions);

  /** This type, with {@code next} making another of its value, or reporting a problem. */
  default <R> Type<R> then(BiFunction<Cursor, T, @Nullable R> next) {
    Type<T> first = this;
    return new Type<R>() {
      @Override
      public @Nullable R read(Cursor at) {
        T value = first.read(at);
        return value == null ? null : next.apply(at, value);
      }

      @Override
      public String expected() {
        return first.expected();
      }

      @Override
      public Map<String, Object> schema(Definitions definitions) {
        return first.schema(definitions);
      }
    };
  }
}
