package dev.muster.cli.command;

import dev.muster.ec2.Ec2Fleet;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether a command is about EC2, and where there. */
final class Ec2Options {

  @Option(names = "--ec2", description = "On EC2, with the credentials and settings that AWS's own tools use.")
  private boolean ec2;

  @Option(names = "--region", paramLabel = "REGION", description = "With --ec2: where there. Default: that of the settings.")
  private Optional<String> region = Optional.empty();

  boolean isSaid() {
    return ec2;
  }

  /** Empty: that of the settings. */
  Optional<String> region() {
    return region;
  }

  Ec2Fleet open() {
    return Ec2Fleet.in(region);
  }
}
