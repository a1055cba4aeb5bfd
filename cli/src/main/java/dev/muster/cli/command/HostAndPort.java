package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;

/** An address on the command line. */
record HostAndPort(String host, int port) {

  /** The port of a coordinator that says nothing else. */
  static final int DEFAULT_PORT = 7400;

  /**
   * Reads {@code host:port}, or {@code host} alone.
   *
   * @param option names where it stood, for the error
   */
  static HostAndPort parse(String text, String option) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return new HostAndPort(text, DEFAULT_PORT);
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (port >= 1 && port <= 65_535 && colon > 0) {
        return new HostAndPort(text.substring(0, colon), port);
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new UserError(
        ExitCode.USAGE,
        option + ": '" + text + "' is no address.\n  Expected HOST:PORT, such as 127.0.0.1:7400.");
  }
}
