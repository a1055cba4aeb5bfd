package dev.muster.cli.command;

import dev.muster.cli.HostAndPort;
import dev.muster.cli.rpc.ControlClient;
import picocli.CommandLine.Option;

/** Which coordinator a command speaks to. */
final class CoordinatorAddress {

  @Option(names = "--to", paramLabel = "HOST:PORT", defaultValue = "127.0.0.1:7400", description = "The coordinator. Default: ${DEFAULT-VALUE}.")
  private String address = "127.0.0.1:7400";

  ControlClient client() {
    HostAndPort parsed = HostAndPort.parse(address, "--to", CoordinatorCommand.DEFAULT_PORT);
    return new ControlClient(parsed.host(), parsed.port());
  }
}
