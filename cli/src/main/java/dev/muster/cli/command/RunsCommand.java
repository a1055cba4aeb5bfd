package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.rpc.ControlClient;
import dev.muster.cli.terminal.ResultTable;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.plan.load.LoadSize;
import dev.muster.v1.ListResponse;
import dev.muster.v1.RunInfo;
import dev.muster.v1.RunState;
import dev.muster.v1.ShowResponse;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster runs}. */
@Command(name = "runs", sortOptions = false, synopsisSubcommandLabel = "COMMAND", description = "List, show, scale, pause and stop the runs of a coordinator.")
final class RunsCommand {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
      .withZone(ZoneId.systemDefault());

  @Command(name = "list", description = "List the coordinator's runs, newest first, and its workers.")
  int list(@Mixin CoordinatorAddress coordinator) {
    try (ControlClient client = coordinator.client()) {
      ListResponse response = client.list();
      if (response.getRunsCount() == 0) {
        System.out.println("No runs yet.");
      }
      int width = response.getRunsList()
          .stream()
          .mapToInt(r -> r.getRunId().length())
          .max()
          .orElse(0);
      for (RunInfo run : response.getRunsList()) {
        System.out.printf(
            Locale.ROOT, "%-" + width + "s  %12s  %-9s  %s%n", run.getRunId(), label(run),
            word(run.getState()), submitted(run));
      }
      System.out.println(
          response.getWorkersCount() == 0
              ? "No workers have joined."
              : response.getWorkersCount()
                  + (response.getWorkersCount() == 1 ? " worker: " : " workers: ")
                  + String.join(", ", response.getWorkersList()));
      return ExitCode.PASSED.status();
    }
  }

  @Command(name = "show", description = "Show a run's state and, when it has ended, its result.")
  int show(
      @Mixin CoordinatorAddress coordinator,
      @Parameters(paramLabel = "RUN", description = "As 'runs list' prints it.") String run,
      @Option(names = "--json", description = "Print its summary.json.") boolean json) {
    try (ControlClient client = coordinator.client()) {
      ShowResponse response = client.show(run);
      if (json) {
        System.out.println(response.getSummaryJson());
        return ExitCode.PASSED.status();
      }
      RunInfo info = response.getRun();
      System.out.println(
          info.getRunId() + ": " + label(info) + ", " + word(info.getState())
              + ", submitted " + submitted(info));
      if (!response.getSummaryJson().isEmpty()) {
        ResultTable.of(List.of(SummaryJson.parse(response.getSummaryJson())))
            .forEach(System.out::println);
      }
      return ExitCode.PASSED.status();
    }
  }

  @Command(name = "scale", description = {"Set the number of users of a run that is on.",
      "It holds to the end of the load, in place of what the plan says. Users who are too many end "
          + "when they have the answer that they wait for; those who are missing begin as quickly as "
          + "the plan's spawn lets them, else all at once. Told of in the results."})
  int scale(
      @Mixin CoordinatorAddress coordinator,
      @Parameters(paramLabel = "RUN", description = "A run, or an experiment for its present run.") String run,
      @Option(names = {"-u",
          "--users"}, required = true, paramLabel = "N", description = "How many users, at least 1.") int users) {
    try (ControlClient client = coordinator.client()) {
      String scaled = client.scale(run, users);
      System.out.println(
          "Scaling " + scaled + " to " + users + (users == 1 ? " user." : " users."));
      return ExitCode.PASSED.status();
    }
  }

  @Command(name = "pause", description = {"Hold the load of a run that is on.",
      "Users have the answers that they wait for and then do nothing; nobody arrives. The end of the "
          + "load stays where it was, so what the pause takes is not made up for. Told of in the "
          + "results, and no reason to doubt them."})
  int pause(
      @Mixin CoordinatorAddress coordinator,
      @Parameters(paramLabel = "RUN", description = "A run, or an experiment for its present run.") String run) {
    try (ControlClient client = coordinator.client()) {
      System.out.println("Pausing " + client.pause(run) + ".");
      return ExitCode.PASSED.status();
    }
  }

  @Command(name = "resume", description = {"Let a paused run go on.",
      "Each user goes on where it was, with what was left of its think time: there is no burst."})
  int resume(
      @Mixin CoordinatorAddress coordinator,
      @Parameters(paramLabel = "RUN", description = "A run, or an experiment for its present run.") String run) {
    try (ControlClient client = coordinator.client()) {
      System.out.println("Resuming " + client.resume(run) + ".");
      return ExitCode.PASSED.status();
    }
  }

  @Command(name = "stop", description = "Stop an experiment: its present run drains and is reported.")
  int stop(
      @Mixin CoordinatorAddress coordinator,
      @Parameters(paramLabel = "RUN", description = "A run or an experiment.") String run,
      @Option(names = "--now", description = "Do not wait for requests in flight.") boolean now) {
    try (ControlClient client = coordinator.client()) {
      client.stop(run, now);
      System.out.println("Stopping " + run + ".");
      return ExitCode.PASSED.status();
    }
  }

  private static String label(RunInfo run) {
    return LoadSize.of(run.getUsers(), run.getRate()).label();
  }

  private static String word(RunState state) {
    return switch (state) {
      case RUN_STATE_WAITING -> "waiting";
      case RUN_STATE_RUNNING -> "running";
      case RUN_STATE_ENDED -> "ended";
      case RUN_STATE_CANCELLED -> "cancelled";
      case RUN_STATE_UNSPECIFIED, UNRECOGNIZED -> "unknown";
    };
  }

  private static String submitted(RunInfo run) {
    return TIME.format(Instant.ofEpochSecond(0, run.getSubmittedUnixNanos()));
  }
}
