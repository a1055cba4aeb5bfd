package dev.muster.cli;

/** An address on the command line. */
public record HostAndPort(String host, int port) {

  /**
   * Reads {@code host:port}, or {@code host} alone.
   *
   * @param option names where it stood, for the error
   * @param defaultPort the port of one that names none
   * @throws UserError if it is no address
   */
  public static HostAndPort parse(String text, String option, int defaultPort) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return new HostAndPort(text, defaultPort);
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
        option + ": '" + text + "' is no address.\n  Expected HOST:PORT, such as 127.0.0.1:"
            + defaultPort + ".");
  }
}
