package dev.muster.cli.command;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.trust.Authority;
import dev.muster.trust.Lives;
import dev.muster.trust.Role;
import dev.muster.trust.TrustProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster coordinator token}. */
@Command(name = "token", sortOptions = false, description = "Print a join token, whether the coordinator runs or not; to be called on its machine.", footer = {
    "", "Examples:", "  MUSTER_JOIN=$(muster coordinator token) muster worker --join 10.0.0.5:7400",
    "  muster coordinator token --role viewer --expires 8h"})
final class TokenCommand implements Callable<Integer> {

  @Option(names = "--role", paramLabel = "ROLE", defaultValue = "worker", description = "What it admits to: worker, operator or viewer. Default: ${DEFAULT-VALUE}.")
  private Role role = Role.WORKER;

  @Option(names = "--expires", paramLabel = "TIME", defaultValue = "1h", description = "How long it can be used, by as many as know it. Default: ${DEFAULT-VALUE}.")
  private String expires = "1h";

  @Option(names = "--data", paramLabel = "DIR", defaultValue = "muster-data", description = "The coordinator's folder. Default: ${DEFAULT-VALUE}.")
  private Path data = Path.of("muster-data");

  @Override
  public Integer call() {
    var valid = Arguments.time("--expires", expires);
    try {
      System.out.println(
          Authority.in(CoordinatorTrust.folder(data), Lives.USUAL, InstantSource.system())
              .token(role, valid)
              .text());
      return ExitCode.PASSED.status();
    } catch (IOException | TrustProblem e) {
      throw new UserError(
          ExitCode.FAILED, "No token can be made with the authority in " + data + ": "
              + e.getMessage(),
          e);
    }
  }
}
