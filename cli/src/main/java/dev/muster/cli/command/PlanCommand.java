package dev.muster.cli.command;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.terminal.PlanPreview;
import dev.muster.plan.Experiment;
import dev.muster.plan.PlanSchema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster plan}. */
@Command(name = "plan", sortOptions = false, synopsisSubcommandLabel = "COMMAND", description = "Check a plan, show what it will send, or print the schema of plans.")
final class PlanCommand {

  @Command(name = "check", description = "Say whether a plan can be run, and every problem if not.")
  int check(@Mixin PlanArgument plan) {
    var read = PlanArgument.read(plan.source());
    int runs = read.load().sizes().size();
    System.out.println(
        "The plan " + read.name() + " can be run: " + runs + (runs == 1 ? " run" : " runs")
            + " against " + read.target() + ".");
    return ExitCode.PASSED.status();
  }

  @Command(name = "show", sortOptions = false, description = "Show who will run when, how it is split, and how many requests to expect.")
  int show(
      @Mixin PlanArgument plan,
      @Option(names = {"-w",
          "--workers"}, paramLabel = "N", defaultValue = "2", description = "The split over so many workers. Default: ${DEFAULT-VALUE}.") int workers,
      @Option(names = "--answer-time", paramLabel = "TIME", defaultValue = "0ms", description = "How long the target takes for an answer, such as 27ms. Default: "
          + "${DEFAULT-VALUE}.") String answerTime) {
    var _ = Arguments.positive("--workers", workers);
    var experiment = Experiment.of(PlanArgument.read(plan.source()));
    PlanPreview.lines(experiment, workers, Arguments.time("--answer-time", answerTime))
        .forEach(System.out::println);
    return ExitCode.PASSED.status();
  }

  @Command(name = "schema", description = "Print the JSON Schema of plans, for editors that complete and check YAML.")
  int schema() {
    System.out.println(PlanSchema.json());
    return ExitCode.PASSED.status();
  }
}
