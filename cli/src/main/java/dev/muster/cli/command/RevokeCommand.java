package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.cli.rpc.ControlClient;
import dev.muster.trust.Role;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster coordinator revoke}. */
@Command(name = "revoke", sortOptions = false, description = "Let a person in no more: their certificates count no more, nor do join tokens for the same role "
    + "that were printed until now. Others are not touched. For a worker: muster workers revoke.", footer = {
        "", "Examples:", "  muster coordinator revoke zoe --to 10.0.0.5:7400",
        "  muster coordinator revoke zoe --role viewer"})
final class RevokeCommand implements Callable<Integer> {

  private static final Set<Role> PEOPLE = EnumSet.of(Role.OPERATOR, Role.VIEWER);

  @Parameters(paramLabel = "NAME", description = "What the coordinator calls them: what they gave 'muster login', their user's name if nothing.")
  private String name = "";

  @Option(names = "--role", paramLabel = "ROLE", description = "As what: operator or viewer. Default: both.")
  private @Nullable Role role;

  @Mixin
  private CoordinatorAddress coordinator = new CoordinatorAddress();

  @Override
  public Integer call() {
    if (role == Role.WORKER) {
      throw new UserError(
          ExitCode.USAGE,
          "--role: a worker is no person; use 'muster workers revoke " + name + "'.");
    }
    Set<Role> roles = role == null ? PEOPLE : EnumSet.of(role);
    try (ControlClient client = coordinator.client()) {
      // An operator last: it may be the one who asks.
      int ended = roles.contains(Role.VIEWER) ? client.revoke(Role.VIEWER, name) : 0;
      ended += roles.contains(Role.OPERATOR) ? client.revoke(Role.OPERATOR, name) : 0;
      String as = roles.stream().map(Role::word).collect(Collectors.joining(" and as "));
      System.out.println(
          name + " is revoked as " + as
              + (ended == 0 ? "." : "; followed an experiment, and was cut off."));
      System.out.println(
          "Join tokens for the same are void; 'muster coordinator token --role "
              + roles.iterator().next().word() + "' prints a fresh one.");
      return ExitCode.PASSED.status();
    }
  }
}
