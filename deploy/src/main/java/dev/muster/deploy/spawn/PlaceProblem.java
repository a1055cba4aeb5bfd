package dev.muster.deploy.spawn;

/** A place did not do what was asked. The message says what, where, why, and what to do. */
public class PlaceProblem extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** A problem of our own finding. */
  public PlaceProblem(String message) {
    super(message);
  }

  /** As above, with what brought it about. */
  public PlaceProblem(String message, Throwable cause) {
    super(message, cause);
  }
}
