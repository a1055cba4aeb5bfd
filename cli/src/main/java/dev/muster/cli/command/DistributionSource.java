package dev.muster.cli.command;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.cli.rpc.ControlClient;
import dev.muster.deploy.archive.ArchiveServer;
import dev.muster.ec2.Distribution;
import dev.muster.ec2.DistributionBucket;
import dev.muster.ec2.S3Object;
import dev.muster.v1.FindDistributionResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where machines that are launched fetch Muster. */
final class DistributionSource {

  @Option(names = "--distribution", paramLabel = "URL", description = "With --ec2: where they fetch Muster: the address of what 'muster distribution' has written, with --sha256; or "
      + "s3://BUCKET/KEY, where this Muster is put unless it is there. Default: the coordinator, if it has a "
      + "--distribution-port.")
  private Optional<URI> address = Optional.empty();

  @Option(names = "--sha256", paramLabel = "DIGITS", description = "With --ec2: the SHA-256 of what is at --distribution, as 'muster distribution' has printed it.")
  private Optional<String> sha256 = Optional.empty();

  /**
   * Where it is; what is to be at S3 is put there.
   *
   * @param client of the coordinator
   * @param host the coordinator's, as the machines reach it
   * @param life how long they may take to come and fetch it
   * @throws UserError if it is nowhere
   */
  Distribution find(ControlClient client, String host, Duration life, Ec2Options ec2) {
    if (address.isEmpty()) {
      refuseSum("is the coordinator's own");
      return ofCoordinator(client, host);
    }
    URI from = address.get();
    if (S3Object.isAt(from)) {
      refuseSum("is put there");
      return inBucket(from, life, ec2);
    }
    return Arguments.checked(
        "--sha256",
        () -> new Distribution(
            from,
            sha256.orElseThrow(
                () -> new UserError(
                    ExitCode.USAGE,
                    "--distribution: say with --sha256 what is at " + from
                        + ", as 'muster distribution' has printed it.")),
            false));
  }

  private void refuseSum(String why) {
    if (sha256.isPresent()) {
      throw new UserError(
          ExitCode.USAGE,
          "--sha256: is that of a --distribution at an address of the web; here it " + why
              + ", so its sum is known.\n  Leave out --sha256.");
    }
  }

  private static Distribution ofCoordinator(ControlClient client, String host) {
    FindDistributionResponse served = client.distribution()
        .orElseThrow(
            () -> new UserError(
                ExitCode.USAGE,
                "The coordinator serves no Muster that instances could fetch.\n  Start it with "
                    + "--distribution-port 7401, or say where else they fetch it: --distribution "
                    + "s3://BUCKET/KEY, or --distribution URL --sha256 DIGITS."));
    return new Distribution(
        URI.create("https://" + host + ":" + served.getPort() + ArchiveServer.PATH),
        served.getSha256(), true);
  }

  private static Distribution inBucket(URI object, Duration life, Ec2Options ec2) {
    try (DistributionBucket bucket = DistributionBucket.in(ec2.region())) {
      Path archive = Files.createTempFile("muster-worker", ".tar.gz");
      try {
        String sum = DistributionCommand.write(archive);
        return Arguments.checked(
            "--distribution", () -> bucket.hold(object, archive, sum, life));
      } finally {
        Files.deleteIfExists(archive);
      }
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED, "This Muster cannot be made into an archive for instances: " + e, e);
    }
  }
}
