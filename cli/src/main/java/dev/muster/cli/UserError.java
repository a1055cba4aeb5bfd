package dev.muster.cli;

/** Something that its reader can mend: the message says what is wrong and what to do. */
public final class UserError extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final ExitCode exitCode;

  /** An error that ends the command with {@code exitCode}. */
  public UserError(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** As above, with what brought it about, which {@code --debug} shows. */
  public UserError(ExitCode exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** With which exit code the command ends. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
