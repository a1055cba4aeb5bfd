package dev.muster.cli.command;

import dev.muster.cli.HostAndPort;
import dev.muster.cli.rpc.ControlClient;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which coordinator a command tells of what it does, if any. */
final class OptionalCoordinator {

  @Option(names = "--to", paramLabel = "HOST:PORT", description = "The coordinator, whose meter of costs is told. Default: none is.")
  private String address = "";

  @Mixin
  private PersonLink link = new PersonLink();

  boolean isGiven() {
    return !address.isEmpty();
  }

  /** A client of the one that is given. */
  ControlClient client() {
    HostAndPort parsed = HostAndPort.parse(address, "--to", CoordinatorCommand.DEFAULT_PORT);
    return new ControlClient(parsed.host(), parsed.port(), link.dialer(parsed));
  }
}
