package dev.muster.target.store;

/** A store could not be asked; whether the customer exists is unknown. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A failure with its sentence and what lies behind it. */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
