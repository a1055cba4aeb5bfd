package dev.muster.target.faults;

/** A setting cannot be read; the message is one sentence that says what is expected. */
public final class FaultSyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1;

  FaultSyntaxException(String message) {
    super(message);
  }

  static FaultSyntaxException of(String setting, String expected, String given) {
    return new FaultSyntaxException(
        setting + " must be " + expected + " (was \"" + given + "\")");
  }
}
