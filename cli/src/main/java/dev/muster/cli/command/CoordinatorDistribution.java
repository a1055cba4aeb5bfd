package dev.muster.cli.command;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.cli.local.Shutdown;
import dev.muster.coordinator.Door;
import dev.muster.coordinator.ServedDistribution;
import dev.muster.deploy.archive.ArchiveServer;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.rpc.Renewal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.Optional;

/** What a coordinator serves to machines that are to become workers of it: the Muster that it is itself. */
final class CoordinatorDistribution {

  private CoordinatorDistribution() {}

  /**
   * Writes the distribution into the coordinator's folder and serves it until the process ends.
   *
   * @param port 0 for any free one
   * @param door not the open one; it decides which certificate is shown, and who gives the next
   * @throws UserError if that cannot be
   */
  static ServedDistribution serve(String host, int port, Path data, Door door) {
    LiveCredential credential = credential(door);
    InetSocketAddress at = Arguments.checked(
        "--distribution-port", () -> new InetSocketAddress(host, port));
    try {
      Path file = data.resolve("muster-worker.tar.gz");
      String sha256 = write(file);
      ArchiveServer server = ArchiveServer.start(
          at, credential.serverContext(), file, ArchiveServer.Bounds.USUAL);
      Shutdown.onShutdown(server);
      System.out.println(
          "Machines that are launched fetch Muster from https://" + host + ":" + server.port()
              + ArchiveServer.PATH + ".");
      return new ServedDistribution(server.port(), sha256);
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED,
          "The coordinator cannot serve Muster on " + host + ":" + port + " from " + data + ": "
              + e.getMessage() + ".\n  Choose others with --distribution-port, --bind or --data.",
          e);
    }
  }

  // Beside what is there: another coordinator may serve it, and find out only then that this one is late.
  private static String write(Path file) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = Files.createTempFile(folder, "muster-worker", ".part");
    try {
      String sha256 = DistributionCommand.write(fresh);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      return sha256;
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** A certificate of its own, but of the same kind as that of the coordinator's other port. */
  private static LiveCredential credential(Door door) {
    return switch (door) {
      case Door.Open() -> throw new IllegalArgumentException("there is no certificate to show");
      case Door.Own(var authority, _) -> {
        var credential = new LiveCredential(authority.serverCredential());
        Renewal renewal = new Renewal(
            credential, _ -> authority.serverCredential(), Optional.empty(),
            InstantSource.system());
        Shutdown.onShutdown(renewal);
        yield credential;
      }
      case Door.Given(var given, _) -> new LiveCredential(given);
    };
  }
}
