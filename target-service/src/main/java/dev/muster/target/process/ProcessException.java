package dev.muster.target.process;

import org.jspecify.annotations.Nullable;

/** A program cannot be started, or ended too soon; the message is a sentence for a person. */
public final class ProcessException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a sentence that says what to do, and what it came from if there is something. */
  public ProcessException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
