package dev.muster.cli;

import dev.muster.plan.document.Misfit;
import dev.muster.plan.grammar.Numbers;
import dev.muster.plan.grammar.Times;
import dev.muster.plan.load.Rate;
import java.time.Duration;
import java.util.function.Supplier;

/** Values of options, with errors that name the option. */
public final class Arguments {

  private Arguments() {}

  /**
   * A time as plans have it.
   *
   * @throws UserError if it is none
   */
  public static Duration time(String option, String text) {
    try {
      return Times.parse(text);
    } catch (Misfit e) {
      throw new UserError(
          ExitCode.USAGE,
          option + ": " + e.problem() + "\n  "
              + (e.hint().isEmpty() ? "expected a time such as 27ms or 1.5s" : e.hint()),
          e);
    }
  }

  /**
   * A rate as plans have it.
   *
   * @throws UserError if it is none
   */
  public static Rate rate(String option, String text) {
    try {
      return Numbers.rate(text);
    } catch (Misfit e) {
      throw new UserError(
          ExitCode.USAGE,
          option + ": " + e.problem() + "\n  "
              + (e.hint().isEmpty() ? "expected a rate such as 500/s" : e.hint()),
          e);
    }
  }

  /**
   * The number itself.
   *
   * @throws UserError if it is not positive
   */
  public static int positive(String option, int number) {
    if (number < 1) {
      throw new UserError(
          ExitCode.USAGE, option + ": must be 1 or more (was " + number + ").");
    }
    return number;
  }

  /**
   * What {@code made} gives.
   *
   * @throws UserError if it throws an {@link IllegalArgumentException}, with what that says
   */
  public static <T> T checked(String options, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new UserError(ExitCode.USAGE, options + ": " + e.getMessage() + ".", e);
    }
  }
}
