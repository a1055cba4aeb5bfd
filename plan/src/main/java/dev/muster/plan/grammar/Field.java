package dev.muster.plan.grammar;

/**
 * A key of a shape.
 *
 * @param key the word
 * @param type what its value may be
 * @param required whether the shape is wrong without it
 * @param example a value, as written
 * @param description a sentence for editors and messages
 */
public record Field<T>(
    String key, Type<T> type, boolean required, String example, String description) {

  /** A key that must be given. */
  public static <T> Field<T> required(String key, Type<T> type, String example,
      String description) {
    return new Field<>(key, type, true, example, description);
  }

  /** A key that may be given. */
  public static <T> Field<T> optional(String key, Type<T> type, String example,
      String description) {
    return new Field<>(key, type, false, example, description);
  }
}
