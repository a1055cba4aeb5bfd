package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.HostAndPort;
import dev.muster.cli.UserError;
import dev.muster.trust.Credential;
import dev.muster.trust.Fingerprint;
import dev.muster.trust.JoinToken;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.Role;
import dev.muster.trust.TrustProblem;
import dev.muster.trust.rpc.Dialer;
import dev.muster.trust.rpc.Enrolment;
import dev.muster.trust.rpc.Renewal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a worker makes itself known to its coordinator. */
final class WorkerLink {

  @Mixin
  private TokenSource tokens = new TokenSource();

  @Option(names = "--credential", paramLabel = "DIR", description = "Keep the certificate in this folder, for a later start without a token. Default: in "
      + "memory only.")
  private String folder = "";

  @Mixin
  private GivenCertificate given = new GivenCertificate();

  @Mixin
  private Insecure insecure = new Insecure();

  /**
   * Gets a certificate, where it has none, and says how to open links. The certificate is renewed from
   * then on.
   *
   * @throws UserError if there is nothing to get one with, or the coordinator refuses or is not there
   */
  Dialer dialer(HostAndPort coordinator, String name, Duration giveUpAfter) {
    if (insecure.isAskedFor(coordinator.host())) {
      return Dialer.plain();
    }
    Optional<Credential> own = given.credential();
    if (own.isPresent()) {
      return Dialer.mutual(new LiveCredential(own.get()));
    }
    Optional<Path> kept = folder.isEmpty() ? Optional.empty() : Optional.of(Path.of(folder));
    Optional<JoinToken> token = tokens.token(EnumSet.of(Role.WORKER));
    var enrolment = new Enrolment(coordinator.host(), coordinator.port());
    try {
      Optional<Credential> known = kept.flatMap(Credential::load)
          .filter(each -> isOfUse(each, token));
      Credential first = known.isPresent()
          ? known.get()
          : enrolled(enrolment, token, name, giveUpAfter, kept);
      var credential = new LiveCredential(first);
      var _ = new Renewal(credential, enrolment::renew, kept, InstantSource.system());
      return Dialer.mutual(credential);
    } catch (TrustProblem e) {
      throw new UserError(ExitCode.NO_COORDINATOR, "The worker ends: " + e.getMessage() + ".", e);
    }
  }

  private static Credential enrolled(
      Enrolment enrolment,
      Optional<JoinToken> token,
      String name,
      Duration giveUpAfter,
      Optional<Path> kept) {
    Credential credential = enrolment.enrol(
        token.orElseThrow(WorkerLink::noToken), name, giveUpAfter);
    if (kept.isPresent()) {
      try {
        credential.save(kept.get());
      } catch (IOException e) {
        throw new UserError(
            ExitCode.FAILED, "--credential: nothing can be kept in " + kept.get() + ": " + e, e);
      }
    }
    return credential;
  }

  /** One that has expired is not, nor one of another coordinator than that which made the token. */
  private static boolean isOfUse(Credential credential, Optional<JoinToken> token) {
    Fingerprint authority = Fingerprint.of(credential.authorities().getFirst());
    return Instant.now().isBefore(credential.expires())
        && token.map(each -> each.authority().equals(authority)).orElse(true);
  }

  private static UserError noToken() {
    return new UserError(
        ExitCode.USAGE,
        "A worker needs a join token, and there is none in the environment variable "
            + TokenSource.VARIABLE
            + " nor a --token-file.\n  'muster coordinator' prints one when it "
            + "starts, 'muster coordinator token' another.");
  }
}
