package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where instances fetch what makes them workers. */
final class DistributionOptions {

  @Option(names = "--distribution", paramLabel = "URL", description = "With --ec2: where they fetch what 'muster distribution' has written.")
  private Optional<URI> distribution = Optional.empty();

  @Option(names = "--sha256", paramLabel = "DIGITS", description = "With --ec2: its SHA-256, as 'muster distribution' has printed it.")
  private Optional<String> sha256 = Optional.empty();

  /** @throws UserError if one of the two was left out */
  DistributionOptions checked() {
    if (distribution.isEmpty() || sha256.isEmpty()) {
      throw new UserError(
          ExitCode.USAGE,
          "Instances have to be told where they fetch Muster: with --distribution and --sha256.\n"
              + "  'muster distribution' writes what they fetch, and prints its sum.");
    }
    return this;
  }

  URI distribution() {
    return distribution.orElseThrow();
  }

  String sha256() {
    return sha256.orElseThrow();
  }
}
