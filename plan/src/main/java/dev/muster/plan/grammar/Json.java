package dev.muster.plan.grammar;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** JSON made of maps, lists, texts, numbers and truth values. Equal values give equal text. */
public final class Json {

  private Json() {}

  /** An object with one key. */
  static Map<String, Object> object(String key, Object value) {
    var object = new LinkedHashMap<String, Object>();
    object.put(key, value);
    return object;
  }

  /** An object with two keys, in this order. */
  static Map<String, Object> object(String key, Object value, String key2, Object value2) {
    var object = object(key, value);
    object.put(key2, value2);
    return object;
  }

  /** The text, indented by two spaces. */
  public static String write(Object value) {
    return write(value, "\n");
  }

  private static String write(Object value, String line) {
    String inner = line + "  ";
    return switch (value) {
      case Map<?, ?> map when map.isEmpty() -> "{}";
      case Map<?, ?> map -> map.entrySet()
          .stream()
          .map(entry -> quote(String.valueOf(entry.getKey())) + ": "
              + write(entry.getValue(), inner))
          .collect(Collectors.joining("," + inner, "{" + inner, line + "}"));
      case List<?> list when list.isEmpty() -> "[]";
      case List<?> list -> list.stream()
          .map(item -> write(item, inner))
          .collect(Collectors.joining("," + inner, "[" + inner, line + "]"));
      case String text -> quote(text);
      default -> String.valueOf(value);
    };
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
