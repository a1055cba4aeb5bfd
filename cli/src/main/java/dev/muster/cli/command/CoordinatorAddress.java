package dev.muster.cli.command;

import dev.muster.cli.HostAndPort;
import dev.muster.cli.rpc.ControlClient;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which coordinator a command speaks to, and as whom. */
final class CoordinatorAddress {

  @Option(names = "--to", paramLabel = "HOST:PORT", defaultValue = "127.0.0.1:7400", description = "The coordinator. Default: ${DEFAULT-VALUE}.")
  private String address = "127.0.0.1:7400";

  @Mixin
  private PersonLink link = new PersonLink();

  HostAndPort address() {
    return HostAndPort.parse(address, "--to", CoordinatorCommand.DEFAULT_PORT);
  }

  ControlClient client() {
    HostAndPort parsed = address();
    return new ControlClient(parsed.host(), parsed.port(), link.dialer(parsed));
  }

  /** Where the credential lies, or is to lie. */
  Path credentialFolder() {
    return link.folder(address());
  }
}
