package dev.muster.ec2;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What was looked up, or why it could not be.
 *
 * @param problem empty where there is a value
 */
public record Answer<T>(Optional<T> value, String problem) {

  /** What came of looking. */
  static <T> Answer<T> looked(Supplier<T> look) {
    try {
      return new Answer<>(Optional.of(look.get()), "");
    } catch (Ec2Problem e) {
      return no(String.valueOf(e.getMessage()));
    }
  }

  /** There is none. */
  public static <T> Answer<T> no(String problem) {
    return new Answer<>(Optional.empty(), problem);
  }

  /** Here it is. */
  public static <T> Answer<T> of(T value) {
    return new Answer<>(Optional.of(value), "");
  }
}
