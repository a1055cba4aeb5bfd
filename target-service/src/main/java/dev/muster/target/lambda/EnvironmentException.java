package dev.muster.target.lambda;

import org.jspecify.annotations.Nullable;

/** An execution environment cannot answer, and is not to be asked again; the message says why. */
final class EnvironmentException extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;

  private EnvironmentException(int status, String reason, @Nullable Throwable cause) {
    super(reason, cause);
    this.status = status;
  }

  static EnvironmentException failed(String reason, @Nullable Throwable cause) {
    return new EnvironmentException(502, reason, cause);
  }

  static EnvironmentException late(String reason) {
    return new EnvironmentException(504, reason, null);
  }

  /** What the gateway answers with. */
  int status() {
    return status;
  }
}
