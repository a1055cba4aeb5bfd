package dev.muster.cli.command;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.HostAndPort;
import dev.muster.cli.UserError;
import dev.muster.cli.doctor.Diagnosis;
import dev.muster.cli.doctor.Ec2Diagnosis;
import dev.muster.ec2.Ec2Survey;
import dev.muster.ec2.Ec2Survey.Endpoint;
import dev.muster.ec2.Extras;
import dev.muster.ec2.FleetOrder;
import dev.muster.ec2.Policy;
import dev.muster.ec2.S3Object;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What {@code doctor} is told of workers on EC2 that are to be launched. */
final class Ec2DoctorOptions {

  /** Those that say nothing without --ec2. */
  static final List<String> NAMES = List.of(
      "--region", "--fleet", "--count", "--type", "--spot", "--subnet", "--security-group", "--to",
      "--distribution", "--instance-profile", "--role");

  /** Nothing that is looked at depends on it. */
  private static final Duration TTL = Duration.ofHours(2);

  @Option(names = "--ec2", description = "Look at the account on EC2 where workers are to be launched, with the credentials and settings that "
      + "AWS's own tools use.")
  private boolean ec2;

  @Option(names = "--policy", description = "Print the policy of IAM that allows all that Muster does on EC2, and nothing else, with --distribution and "
      + "--instance-profile what these need too. Asks nobody. Of China or GovCloud with --region.")
  private boolean policy;

  @Option(names = "--region", paramLabel = "REGION", description = "Default: that of the settings.")
  private Optional<String> region = Optional.empty();

  @Option(names = "--fleet", paramLabel = "NAME", defaultValue = "workers", description = "What the workers are to be called together. Default: ${DEFAULT-VALUE}.")
  private String fleet = "workers";

  @Option(names = "--count", paramLabel = "N", defaultValue = "1", description = "How many are to be launched. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(names = "--type", paramLabel = "TYPE", split = ",", defaultValue = "c7g.large,c7i.large", description = "Of which types. Default: ${DEFAULT-VALUE}.")
  private List<String> types = List.of();

  @Option(names = "--spot", description = "As spot instances.")
  private boolean spot;

  @Option(names = "--subnet", paramLabel = "ID", description = "Where. Default: the default subnets of the region.")
  private Optional<String> subnet = Optional.empty();

  @Option(names = "--security-group", paramLabel = "ID", description = "The security group that they are to be in, as 'workers spawn' has it; with --to, whether it lets them out to the coordinator.")
  private Optional<String> securityGroup = Optional.empty();

  @Option(names = "--to", paramLabel = "HOST:PORT", description = "The coordinator, as workers are to reach it. Default: the way to it is not looked at.")
  private Optional<String> coordinator = Optional.empty();

  @Option(names = "--distribution", paramLabel = "URL", description = "Where instances are to fetch Muster, as 'workers spawn' has it, or https://HOST:PORT for a coordinator's "
      + "--distribution-port: whether they can.")
  private Optional<URI> distribution = Optional.empty();

  @Option(names = "--instance-profile", paramLabel = "NAME", description = "The instance profile that they are to get, by name or ARN, as 'workers spawn' has it.")
  private Optional<String> profile = Optional.empty();

  @Option(names = "--role", paramLabel = "NAME", description = "The role in --instance-profile, with its path if it has one. Default: it is called as the profile is.")
  private Optional<String> role = Optional.empty();

  boolean isWanted() {
    return ec2 || policy;
  }

  boolean isPolicyWanted() {
    return policy;
  }

  /** @throws dev.muster.ec2.Ec2Problem if no region is set */
  String policy() {
    return Policy.text(region.orElse("us-east-1"), extras());
  }

  private Extras extras() {
    if (role.isPresent() && profile.isEmpty()) {
      throw new UserError(
          ExitCode.USAGE,
          "--role: is that in an --instance-profile, and none is named.\n  Name it, or leave out --role.");
    }
    return new Extras(
        Arguments.checked(
            "--distribution", () -> distribution.filter(S3Object::isAt).map(S3Object::of)),
        Arguments.checked(
            role.isPresent() ? "--role" : "--instance-profile",
            () -> profile.map(
                text -> role.map(name -> new Extras.Profile(text, name))
                    .orElseGet(() -> Extras.Profile.of(text)))));
  }

  /** @throws dev.muster.ec2.Ec2Problem if AWS is not reached, or does not know the credentials */
  Diagnosis diagnosis() {
    FleetOrder order = Arguments.checked(
        "doctor --ec2", () -> new FleetOrder(fleet, count, false, types, spot,
            new FleetOrder.Given(subnet, securityGroup, profile), TTL));
    var ends = new LinkedHashMap<String, Endpoint>();
    coordinator.map(text -> HostAndPort.parse(text, "--to", CoordinatorCommand.DEFAULT_PORT))
        .ifPresent(to -> ends.put("coordinator", new Endpoint(to.host(), to.port())));
    distribution.filter(from -> !S3Object.isAt(from))
        .ifPresent(from -> ends.put("distribution", end(from)));
    Extras extras = extras();
    try (Ec2Survey survey = Ec2Survey.in(region)) {
      return Ec2Diagnosis.of(survey.facts(order, ends, extras), order);
    }
  }

  private static Endpoint end(URI from) {
    if (from.getHost() == null) {
      throw new UserError(
          ExitCode.USAGE,
          "--distribution: '" + from
              + "' is no address.\n  Expected s3://BUCKET/KEY or https://HOST:PORT.");
    }
    int usual = "http".equals(from.getScheme()) ? 80 : 443;
    return new Endpoint(from.getHost(), from.getPort() < 0 ? usual : from.getPort());
  }
}
