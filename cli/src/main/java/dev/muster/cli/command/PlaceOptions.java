package dev.muster.cli.command;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.deploy.host.HostsPlace;
import dev.muster.deploy.host.SshHost;
import dev.muster.deploy.kubernetes.KubernetesPlace;
import dev.muster.deploy.spawn.FleetName;
import dev.muster.ec2.Ec2Place;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which fleet, and in which place, a command is about. What is local is said to each command in words of its own. */
final class PlaceOptions {

  /** What makes sense of one place alone. */
  private static final Map<String, PlaceKind> OF_ONE = Map.ofEntries(
      Map.entry("--region", PlaceKind.EC2), Map.entry("--type", PlaceKind.EC2),
      Map.entry("--spot", PlaceKind.EC2), Map.entry("--subnet", PlaceKind.EC2),
      Map.entry("--security-group", PlaceKind.EC2),
      Map.entry("--instance-profile", PlaceKind.EC2), Map.entry("--max-cost", PlaceKind.EC2),
      Map.entry("--distribution", PlaceKind.EC2), Map.entry("--sha256", PlaceKind.EC2),
      Map.entry("--namespace", PlaceKind.KUBERNETES), Map.entry("--image", PlaceKind.KUBERNETES));

  @Mixin
  private Ec2Options ec2 = new Ec2Options();

  @Option(names = "--ssh", paramLabel = "HOST", split = ",", description = "On these hosts, as [USER@]HOST[:PORT], by the system's ssh and its configuration: one worker on "
      + "each, called as the host is.")
  private List<String> hosts = List.of();

  @Option(names = "--kubernetes", description = "In the cluster of kubectl's present context.")
  private boolean kubernetes;

  @Option(names = "--namespace", paramLabel = "NAME", defaultValue = "muster", description = "With --kubernetes: where there. Default: ${DEFAULT-VALUE}.")
  private String namespace = "muster";

  @Option(names = "--fleet", paramLabel = "NAME", defaultValue = "workers", description = "What the workers are called together. Default: ${DEFAULT-VALUE}.")
  private String fleet = "workers";

  /**
   * Which place was named.
   *
   * @param local whether this machine was
   * @param command what was said
   * @throws UserError if it was none or two, or something was said that makes no sense of it
   */
  PlaceKind kind(boolean local, CommandSpec command) {
    Map<PlaceKind, Boolean> said = Map.of(
        PlaceKind.EC2, ec2.isSaid(), PlaceKind.LOCAL, local, PlaceKind.SSH, !hosts.isEmpty(),
        PlaceKind.KUBERNETES, kubernetes);
    List<PlaceKind> named = Arrays.stream(PlaceKind.values())
        .filter(kind -> said.getOrDefault(kind, false))
        .toList();
    if (named.isEmpty()) {
      throw new UserError(
          ExitCode.USAGE, "Say where the workers are: one of " + PlaceKind.options() + ".");
    }
    if (named.size() > 1) {
      throw new UserError(
          ExitCode.USAGE,
          named.stream().map(PlaceKind::option).collect(Collectors.joining(" and "))
              + " are different places.\n  Name one; a fleet is in one place, and a coordinator can have "
              + "several fleets.");
    }
    PlaceKind kind = named.getFirst();
    OF_ONE.forEach((option, of) -> {
      if (of != kind && command.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new UserError(
            ExitCode.USAGE,
            option + ": says something of " + of.option() + ", and the workers are to be at "
                + kind.option() + ".\n  Leave it out.");
      }
    });
    return kind;
  }

  FleetName fleet() {
    return Arguments.checked("--fleet", () -> new FleetName(fleet));
  }

  /** How many hosts were named. */
  int hosts() {
    return hosts.size();
  }

  /** The command that ends the fleet. */
  String terminate(PlaceKind kind) {
    String where = switch (kind) {
      case EC2, LOCAL -> "";
      case SSH -> " " + String.join(",", hosts);
      case KUBERNETES -> " --namespace " + namespace;
    };
    return "muster workers terminate " + kind.option() + where + " --fleet " + fleet;
  }

  Ec2Options ec2() {
    return ec2;
  }

  Ec2Place onEc2() {
    return new Ec2Place(ec2.open(), fleet());
  }

  HostsPlace onThisMachine() {
    return HostsPlace.here(fleet());
  }

  HostsPlace onHosts() {
    return Arguments.checked(
        "--ssh",
        () -> HostsPlace.on(hosts.stream().map(SshHost::parse).toList(), fleet()));
  }

  KubernetesPlace inKubernetes() {
    return Arguments.checked("--namespace", () -> KubernetesPlace.in(namespace, fleet()));
  }
}
