package dev.muster.target;

/** The service cannot start; the message is one sentence for the person who started it. */
public final class TargetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TargetException(Throwable reason) {
    super(reason.getMessage(), reason);
  }
}
