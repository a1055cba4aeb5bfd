package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.ec2.Ec2Fleet;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which fleet on EC2 a command is about. */
final class Ec2Options {

  @Option(names = "--ec2", description = "On EC2, with the credentials and settings that AWS's own tools use.")
  private boolean ec2;

  @Option(names = "--region", paramLabel = "REGION", description = "Default: that of the settings.")
  private Optional<String> region = Optional.empty();

  @Option(names = "--fleet", paramLabel = "NAME", defaultValue = "workers", description = "What the workers are called together. Default: ${DEFAULT-VALUE}.")
  private String fleet = "workers";

  /** @throws UserError if it was not said where the workers are to be */
  Ec2Options checked() {
    if (!ec2) {
      throw new UserError(
          ExitCode.USAGE, "Say where the workers are: --ec2.");
    }
    return this;
  }

  String fleet() {
    return fleet;
  }

  /** Empty: that of the settings. */
  Optional<String> region() {
    return region;
  }

  Ec2Fleet open() {
    return Ec2Fleet.in(region);
  }
}
