package dev.muster.deploy.spawn;

/** The coordinator that is to be joined does not answer now. The message is a sentence that says so. */
public final class HostAway extends RuntimeException {

  private static final long serialVersionUID = 1;

  public HostAway(String message, Throwable cause) {
    super(message, cause);
  }
}
