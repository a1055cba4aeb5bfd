package dev.muster.trust;

/** Something that its reader can mend: the message is a sentence that says what is wrong and what to do. */
public final class TrustProblem extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** A problem told by {@code message}. */
  public TrustProblem(String message) {
    super(message);
  }

  /** As above, with what brought it about. */
  public TrustProblem(String message, Throwable cause) {
    super(message, cause);
  }
}
