package dev.muster.target.store;

/**
 * A store cannot tell now, or cannot be opened; the message is one sentence about why, without
 * secrets.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With the reason for people. */
  public StoreException(String reason) {
    super(reason);
  }

  /** With the reason for people and what it came from. */
  public StoreException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
