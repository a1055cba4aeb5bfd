package dev.muster.plan.grammar;

import dev.muster.plan.document.Misfit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A type whose value is a single text, fixed when the plan is read.
 *
 * @param expected what it is, after "expected"
 * @param schema its JSON Schema, where no environment variable stands
 * @param reader makes the value of the text
 */
public record Word<T>(String expected, Map<String, Object> schema,
    Reader<T> reader) implements Type<T> {

  /** Where an environment variable stands, an editor cannot know more. */
  private static final Map<String, Object> FROM_ENVIRONMENT = Json.object("type", "string",
      "pattern", "\\$\\{env\\(");

  /** Makes a value of a text. */
  public interface Reader<T> {
    T read(String text) throws Misfit;
  }

  /** A word that {@code pattern} describes to editors. */
  public static <T> Word<T> matching(String expected, String pattern, Reader<T> reader) {
    return new Word<>(expected, Json.object("type", "string", "pattern", "^(?:" + pattern + ")$"),
        reader);
  }

  @Override
  public @Nullable T read(Cursor at) {
    String text = at.text(expected);
    if (text == null) {
      return null;
    }
    try {
      return reader.read(text);
    } catch (Misfit e) {
      at.problem(e.problem(), e.hint().isEmpty() ? "expected " + expected : e.hint());
      return null;
    }
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    return Json.object("anyOf", List.of(schema, FROM_ENVIRONMENT));
  }
}
