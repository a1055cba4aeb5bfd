package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.local.LocalExperiment;
import dev.muster.cli.rpc.ControlClient;
import dev.muster.plan.Plan;
import dev.muster.plan.PlanSource;
import dev.muster.v1.SubmitRequest;
import dev.muster.v1.SubmitResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster submit}. */
@Command(name = "submit", sortOptions = false, description = "Hand a plan to a running coordinator, follow it, and bring the results here.")
final class SubmitCommand implements Callable<Integer> {

  @Mixin
  private PlanArgument plan = new PlanArgument();

  @Mixin
  private CoordinatorAddress coordinator = new CoordinatorAddress();

  @Option(names = {"-w",
      "--workers"}, paramLabel = "N", defaultValue = "0", description = "Start when so many workers have joined. Default: with those that are there, "
          + "at least one.")
  private int workers;

  @Option(names = "--wait", paramLabel = "SECONDS", defaultValue = "60", description = "Wait so long for workers. Default: ${DEFAULT-VALUE}.")
  private int waitSeconds;

  @Option(names = "--detach", description = "Print the ids of the runs and do not follow them.")
  private boolean detach;

  @Mixin
  private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    PlanSource source = plan.source();
    Plan read = PlanArgument.read(source);
    var request = SubmitRequest.newBuilder()
        .setDocument(PlanArgument.document(source))
        .setWorkers(workers)
        .setWorkerWaitNanos(Duration.ofSeconds(waitSeconds).toNanos())
        .setCsvFormat(output.csvFormat().text())
        .build();
    try (ControlClient client = coordinator.client()) {
      if (detach) {
        SubmitResponse submitted = client.submit(request);
        submitted.getRunIdsList().forEach(System.out::println);
        return ExitCode.PASSED.status();
      }
      var experimenter = new Experimenter(client, output.view());
      String id = experimenter.run(request);
      var folder = LocalExperiment.in(output.out(), read.name()).results();
      experimenter.fetch(id, folder, output.csvPrefix());
      experimenter.printTable(System.out::println);
      if (folder.resolve("report.html").toFile().exists()) {
        System.out.println("Report: " + folder.resolve("report.html"));
      }
      return experimenter.exitCode().status();
    }
  }
}
