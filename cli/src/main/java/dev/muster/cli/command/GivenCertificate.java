package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.trust.Credential;
import dev.muster.trust.TrustProblem;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** A certificate of somebody else's authority, instead of one of the coordinator's own. */
final class GivenCertificate {

  @Option(names = "--certificate", paramLabel = "FILE", description = "Show this certificate, in PEM, and those that lead from it to its authority; with --key "
      + "and --ca.")
  private String certificate = "";

  @Option(names = "--key", paramLabel = "FILE", description = "The key of --certificate, in PEM (PKCS #8) without a password.")
  private String key = "";

  @Option(names = "--ca", paramLabel = "FILE", description = "Trust the authorities whose certificates are in this file, in PEM, and no others.")
  private String authorities = "";

  /**
   * What was given, if it was.
   *
   * @throws UserError if a part is missing or cannot be read
   */
  Optional<Credential> credential() {
    long given = Stream.of(certificate, key, authorities).filter(file -> !file.isEmpty()).count();
    if (given == 0) {
      return Optional.empty();
    }
    if (given < 3) {
      throw new UserError(
          ExitCode.USAGE,
          "--certificate, --key and --ca belong together, and not all of them were given.");
    }
    try {
      return Optional.of(
          Credential.given(Path.of(certificate), Path.of(key), Path.of(authorities)));
    } catch (TrustProblem e) {
      throw new UserError(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }
}
