package dev.muster.cli;

/** What the command's exit status says. */
public enum ExitCode {
  /** All went as asked. */
  PASSED(0),
  /** Something failed in the tool or around it. */
  FAILED(1),
  /** Wrong usage or a plan with problems. */
  USAGE(2),
  /** A worker has no coordinator: it is gone, or refuses it. To start it again is of no use. */
  NO_COORDINATOR(3),
  /** The run is INVALID: its numbers say more about the generator than about the target. */
  INVALID(4),
  /** Interrupted by Ctrl-C or SIGTERM; what was measured until then is written. */
  INTERRUPTED(130);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  /** The exit status. */
  public int status() {
    return status;
  }
}
