package dev.muster.cli.command;

import dev.muster.cli.local.LocalExperiment;
import dev.muster.cli.local.TargetProcess;
import dev.muster.plan.PlanSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster demo}. */
@Command(name = "demo", sortOptions = false, description = "A minute of load on this machine: coordinator, two workers and the customer API.")
final class DemoCommand implements Callable<Integer> {

  private static final String PLAN = "/dev/muster/cli/demo.yaml";

  @Option(names = {"-w",
      "--workers"}, paramLabel = "N", defaultValue = "2", description = "Worker processes. Default: ${DEFAULT-VALUE}.")
  private int workers;

  @Option(names = "--set", paramLabel = "a.b=c", description = "Sets a value of the demo's plan, such as load.users=100. May be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Mixin
  private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() throws IOException {
    var experiment = LocalExperiment.in(output.out(), "demo");
    experiment.create();
    System.err.println("Starts the customer API, a coordinator and " + workers
        + " workers on this machine; takes about a minute.");
    try (var service = TargetProcess.start(
        List.of("--port", "0", "--admin-port", "0"), experiment.data())) {
      overrides.add("target=" + service.address());
      PlanSource source = PlanArgument.sourceOf("demo.yaml", planText(), overrides);
      return LocalRun.run(source, PlanArgument.read(source), workers, experiment, output)
          .status();
    }
  }

  private static String planText() throws IOException {
    try (InputStream in = Objects.requireNonNull(DemoCommand.class.getResourceAsStream(PLAN))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
