package dev.muster.cli.command;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.rpc.ControlClient;
import dev.muster.cli.terminal.WorkersTable;
import dev.muster.trust.Role;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster workers}. */
@Command(name = "workers", sortOptions = false, subcommands = {SpawnCommand.class,
    TerminateCommand.class,
    ReapCommand.class}, synopsisSubcommandLabel = "COMMAND", description = "List the workers of a coordinator, let more in, let them go, and take back their certificates.")
final class WorkersCommand {

  @Command(name = "list", description = "List the workers that have joined, one a line; where their machines are known to cost, with what.")
  int list(@Mixin CoordinatorAddress coordinator) {
    try (ControlClient client = coordinator.client()) {
      Instant now = Instant.now();
      WorkersTable.of(client.list(), now.getEpochSecond() * 1_000_000_000L + now.getNano())
          .forEach(System.out::println);
      return ExitCode.PASSED.status();
    }
  }

  @Command(name = "token", sortOptions = false, description = "Print a join token that admits a limited number of workers, each under another name; from "
      + "wherever an operator is. It counts no more when that operator, or any worker, is revoked.", footer = {
          "", "Examples:",
          "  MUSTER_JOIN=$(muster workers token --to 10.0.0.5:7400) muster worker --join 10.0.0.5:7400",
          "  muster workers token --uses 20 --expires 30m --to 10.0.0.5:7400"})
  int token(
      @Mixin CoordinatorAddress coordinator,
      @Option(names = "--expires", paramLabel = "TIME", defaultValue = "15m", description = "How long it can be used, up to 24h. Default: ${DEFAULT-VALUE}.") String expires,
      @Option(names = "--uses", paramLabel = "N", defaultValue = "1", description = "How many workers it admits, up to 10000. Default: ${DEFAULT-VALUE}.") int uses) {
    Duration valid = Arguments.time("--expires", expires);
    Arguments.positive("--uses", uses);
    try (ControlClient client = coordinator.client()) {
      System.out.println(client.makeToken(valid, uses, false).text());
      return ExitCode.PASSED.status();
    }
  }

  @Command(name = "drain", description = "Let a worker leave: in a run that goes on, its users go on elsewhere where they stand, and "
      + "nothing is lost. Then it ends.")
  int drain(
      @Mixin CoordinatorAddress coordinator,
      @Parameters(paramLabel = "NAME", description = "As 'workers list' prints it.") String name) {
    try (ControlClient client = coordinator.client()) {
      int asked = client.drain(name);
      System.out.println(
          asked == 1 ? name + " leaves." : asked + " workers called " + name + " leave.");
      return ExitCode.PASSED.status();
    }
  }

  @Command(name = "revoke", description = "Throw a worker out for good: its certificates count no more, nor do join tokens for "
      + "workers that were printed until now. Other workers are not touched.")
  int revoke(
      @Mixin CoordinatorAddress coordinator,
      @Parameters(paramLabel = "NAME", description = "As 'workers list' prints it, up to a slash.") String name) {
    try (ControlClient client = coordinator.client()) {
      int ended = client.revoke(Role.WORKER, name);
      System.out.println(
          name + " is revoked; "
              + (ended == 0 ? "it was not joined." : "it was joined, and has been thrown out."));
      System.out.println(
          "Join tokens for workers are void; 'muster coordinator token' prints a fresh one.");
      return ExitCode.PASSED.status();
    }
  }
}
