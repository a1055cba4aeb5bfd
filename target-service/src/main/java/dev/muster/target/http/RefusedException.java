package dev.muster.target.http;

/** A request that cannot be taken; nothing after it on its connection can be read. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;

  /** To be answered with this status and this reason. */
  RefusedException(int status, String reason) {
    // The client's mistake, so nobody looks for the place in our code.
    super(reason, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }
}
