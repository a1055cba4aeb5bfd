package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import java.net.InetAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.Option;

/** Plain text instead of TLS. */
final class Insecure {

  @Option(names = "--insecure", description = "Speak plain text and ask nobody who they are; on 127.0.0.1 only.")
  private boolean insecure;

  /**
   * Whether it was asked for.
   *
   * @throws UserError if it was, with a host beyond this machine
   */
  boolean isAskedFor(String host) {
    if (insecure && !isLoopback(host)) {
      throw new UserError(
          ExitCode.USAGE,
          "--insecure: " + host + " is not this machine alone, and plain text would be open to all "
              + "between here and there.\n  Use 127.0.0.1, or leave out --insecure.");
    }
    return insecure;
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
