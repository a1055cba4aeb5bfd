package dev.muster.plan.document;

/** A text that is not what it should be. The message says why. */
public final class Misfit extends Exception {

  private static final long serialVersionUID = 1;

  private final String hint;

  /**
   * A misfit.
   *
   * @param message what is wrong, to follow the path of the value
   * @param hint what was expected, or empty
   */
  public Misfit(String message, String hint) {
    super(message, null, false, false);
    this.hint = hint;
  }

  /** What is wrong. */
  public String problem() {
    return String.valueOf(getMessage());
  }

  /** What was expected, or empty. */
  public String hint() {
    return hint;
  }
}
