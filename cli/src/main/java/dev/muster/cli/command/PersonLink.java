package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.HostAndPort;
import dev.muster.cli.UserError;
import dev.muster.cli.credential.CredentialFolder;
import dev.muster.trust.Credential;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.TrustProblem;
import dev.muster.trust.rpc.Dialer;
import dev.muster.trust.rpc.Enrolment;
import dev.muster.trust.rpc.Enrolment.NotThere;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How somebody who types commands makes themselves known to a coordinator. */
final class PersonLink {

  private static final int PATIENCE_MILLIS = 2_000;

  @Option(names = "--credential", paramLabel = "DIR", description = "The folder of the credential. Default: that which 'muster login', or a coordinator on this "
      + "machine, has put for the address in ~/.config/muster.")
  private String folder = "";

  @Mixin
  private GivenCertificate given = new GivenCertificate();

  @Mixin
  private Insecure insecure = new Insecure();

  /** Where the credential for {@code coordinator} lies, or is to lie. */
  Path folder(HostAndPort coordinator) {
    return folder.isEmpty() ? CredentialFolder.of(coordinator) : Path.of(folder);
  }

  /**
   * How to open links.
   *
   * @throws UserError if there is no credential
   */
  Dialer dialer(HostAndPort coordinator) {
    if (insecure.isAskedFor(coordinator.host())) {
      return Dialer.plain();
    }
    Optional<Credential> own = given.credential();
    if (own.isPresent()) {
      return Dialer.mutual(new LiveCredential(own.get()));
    }
    Path from = folder(coordinator);
    try {
      Credential credential = Credential.load(from).orElseThrow(() -> noCredential(coordinator));
      return Dialer.mutual(new LiveCredential(renewed(credential, coordinator, from)));
    } catch (TrustProblem e) {
      throw new UserError(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  /** One that cannot be renewed now may yet do for this command; if not, the coordinator says so. */
  private static Credential renewed(Credential credential, HostAndPort coordinator, Path folder) {
    Instant now = Instant.now();
    if (now.isBefore(credential.renewAt()) || now.isAfter(credential.expires())) {
      return credential;
    }
    try {
      Credential next = new Enrolment(coordinator.host(), coordinator.port()).renew(credential);
      next.save(folder);
      return next;
    } catch (NotThere | TrustProblem | IOException e) {
      return credential;
    }
  }

  private static UserError noCredential(HostAndPort coordinator) {
    String address = coordinator.host() + ":" + coordinator.port();
    if (!answers(coordinator)) {
      return new UserError(
          ExitCode.FAILED,
          "No coordinator answers at " + address + ".\n  Start one with: muster coordinator");
    }
    return new UserError(
        ExitCode.FAILED,
        "There is no credential for the coordinator at " + address
            + ", which lets nobody in without.\n  On its machine print a token: muster coordinator "
            + "token --role operator\n  Here: " + TokenSource.VARIABLE + "=TOKEN muster login --to "
            + address);
  }

  private static boolean answers(HostAndPort coordinator) {
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(coordinator.host(), coordinator.port()), PATIENCE_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
