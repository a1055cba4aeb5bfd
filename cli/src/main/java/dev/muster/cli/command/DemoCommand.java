package dev.muster.cli.command;

import dev.muster.cli.local.LocalExperiment;
import dev.muster.cli.local.TargetProcess;
import dev.muster.plan.PlanSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster demo}. */
@Command(name = "demo", sortOptions = false, description = "A minute of load on this machine: coordinator, two workers and the customer API.")
final class DemoCommand implements Callable<Integer> {

  private static final String PLAN = "/dev/muster/cli/demo.yaml";
  private static final int WORKERS = 2;

  @Mixin
  private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() throws IOException {
    var experiment = LocalExperiment.in(output.out(), "demo");
    experiment.create();
    System.err.println("Starts the customer API, a coordinator and " + WORKERS
        + " workers on this machine; takes about a minute.");
    try (var service = TargetProcess.start("127.0.0.1", 0, experiment.data())) {
      PlanSource source = PlanArgument.sourceOf(
          "demo.yaml", planText(), List.of("target=" + service.address()));
      return LocalRun.run(source, PlanArgument.read(source), WORKERS, experiment, output)
          .status();
    }
  }

  private static String planText() throws IOException {
    try (InputStream in = Objects.requireNonNull(DemoCommand.class.getResourceAsStream(PLAN))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
