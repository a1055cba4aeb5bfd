package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.HostAndPort;
import dev.muster.cli.UserError;
import dev.muster.cli.credential.CredentialFolder;
import dev.muster.trust.Credential;
import dev.muster.trust.JoinToken;
import dev.muster.trust.Role;
import dev.muster.trust.TrustProblem;
import dev.muster.trust.rpc.Enrolment;
import dev.muster.trust.rpc.Enrolment.NotThere;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster login}. */
@Command(name = "login", sortOptions = false, description = "Turn a join token for an operator or a viewer into a credential for later commands.")
final class LoginCommand implements Callable<Integer> {

  @Option(names = "--to", paramLabel = "HOST:PORT", defaultValue = "127.0.0.1:7400", description = "The coordinator. Default: ${DEFAULT-VALUE}.")
  private String address = "127.0.0.1:7400";

  @Mixin
  private TokenSource tokens = new TokenSource();

  @Option(names = "--name", paramLabel = "NAME", description = "What the coordinator is to call you. Default: the user's name.")
  private String name = System.getProperty("user.name", "somebody");

  @Option(names = "--credential", paramLabel = "DIR", description = "The folder to put it in. Default: one for the address, in ~/.config/muster.")
  private String folder = "";

  @Override
  public Integer call() {
    HostAndPort coordinator = HostAndPort.parse(address, "--to", CoordinatorCommand.DEFAULT_PORT);
    JoinToken token = tokens.token(EnumSet.of(Role.OPERATOR, Role.VIEWER))
        .orElseThrow(
            () -> new UserError(
                ExitCode.USAGE,
                "There is no join token in the environment variable " + TokenSource.VARIABLE
                    + " nor a --token-file.\n  Print one on the coordinator's machine: muster "
                    + "coordinator token --role operator"));
    Path to = folder.isEmpty() ? CredentialFolder.of(coordinator) : Path.of(folder);
    try {
      Credential credential = new Enrolment(coordinator.host(), coordinator.port())
          .enrol(token, name);
      credential.save(to);
      System.out.println(
          "You are " + token.role().phrase() + " of the coordinator at " + address + ", until "
              + credential.expires() + " and on from each use. The credential is in " + to + ".");
      return ExitCode.PASSED.status();
    } catch (NotThere e) {
      throw new UserError(
          ExitCode.FAILED,
          "No coordinator answers at " + address + ".\n  Start one with: muster coordinator", e);
    } catch (TrustProblem e) {
      throw new UserError(ExitCode.FAILED, "You are not let in: " + e.getMessage() + ".", e);
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED, "The credential cannot be kept in " + to + ": " + e, e);
    }
  }
}
