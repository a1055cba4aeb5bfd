package dev.muster.cli.command;

import dev.muster.ec2.FleetOrder;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What of an account at AWS is used, and not created. */
final class GivenParts {

  @Option(names = "--subnet", paramLabel = "ID", description = "With --ec2: where they are to be. Default: the default subnets of the region.")
  private Optional<String> subnet = Optional.empty();

  @Option(names = "--security-group", paramLabel = "ID", description = "With --ec2: the security group that they are in. Default: one is created, which lets nobody in, and removed at the end.")
  private Optional<String> securityGroup = Optional.empty();

  @Option(names = "--instance-profile", paramLabel = "NAME", description = "With --ec2: the instance profile that they get, by name or ARN. Default: none, as workers need nothing of AWS.")
  private Optional<String> profile = Optional.empty();

  FleetOrder.Given parts() {
    return new FleetOrder.Given(subnet, securityGroup, profile);
  }

  /** What the doctor is to be told of them, to look at the same. */
  String ofDoctor() {
    return subnet.map(id -> " --subnet " + id).orElse("")
        + securityGroup.map(id -> " --security-group " + id).orElse("");
  }
}
