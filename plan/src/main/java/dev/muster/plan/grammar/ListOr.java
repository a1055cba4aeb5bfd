package dev.muster.plan.grammar;

import dev.muster.plan.document.Value;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A list, or something that stands for one.
 *
 * @param list where a list is written
 * @param other where anything else is
 */
record ListOr<T>(Type<T> list, Type<T> other) implements Type<T> {

  @Override
  public @Nullable T read(Cursor at) {
    return switch (at.value()) {
      case Value.Items _ -> list.read(at);
      case Value.Scalar _ when other instanceof Shape -> wrong(at);
      case Value.Nothing _ -> wrong(at);
      case Value.Fields _,Value.Scalar _,Value.Broken _ -> other.read(at);
    };
  }

  private @Nullable T wrong(Cursor at) {
    at.wrongKind(expected());
    return null;
  }

  @Override
  public String expected() {
    return list.expected() + ", or " + other.expected();
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    return Json.object("anyOf", List.of(other.schema(definitions), list.schema(definitions)));
  }
}
