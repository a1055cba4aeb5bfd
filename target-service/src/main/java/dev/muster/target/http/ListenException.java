package dev.muster.target.http;

import org.jspecify.annotations.Nullable;

/** A listener cannot have its address; the message is one sentence that says what to do. */
public final class ListenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ListenException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
