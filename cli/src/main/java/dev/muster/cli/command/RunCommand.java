package dev.muster.cli.command;

import dev.muster.cli.ArchitectureName;
import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.cli.local.LocalExperiment;
import dev.muster.cli.local.TargetProcess;
import dev.muster.plan.Plan;
import dev.muster.plan.PlanSource;
import dev.muster.target.Architecture;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster run}. */
@Command(name = "run", sortOptions = false, description = "Run a plan with a coordinator and workers on this machine.", footer = {
    "",
    "Examples:",
    "  muster run plans/customer-api-three_tier.yaml --architecture three_tier",
    "  muster run plan.yaml --set load.users=[50,100] --set load.duration=30s",
    "  muster run plan.yaml -u 100 -r 10 -t 1m --host http://localhost:8080 --csv Results/a"})
final class RunCommand implements Callable<Integer> {

  @Mixin
  private PlanArgument plan = new PlanArgument();

  @Option(names = {"-w",
      "--workers"}, paramLabel = "N", defaultValue = "2", description = "Worker processes. Default: ${DEFAULT-VALUE}.")
  private int workers;

  @Option(names = "--target-service", description = "Start the customer API at the plan's target, and end it afterwards.")
  private boolean targetService;

  @Option(names = "--architecture", paramLabel = "NAME", converter = ArchitectureName.class, description = "As --target-service, in this architecture, with what it needs: embedded, "
      + "three_tier, memcached, load_balanced or lambda.")
  private @Nullable Architecture architecture;

  @Mixin
  private OutputOptions output = new OutputOptions();

  @Option(names = {"-u",
      "--users"}, paramLabel = "N", description = "As Locust: --set load.users=N.")
  private String users = "";

  @Option(names = {"-r",
      "--spawn-rate"}, paramLabel = "N", description = "As Locust: --set load.spawn=N/s.")
  private String spawnRate = "";

  @Option(names = {"-t",
      "--run-time"}, paramLabel = "TIME", description = "As Locust: --set load.duration=TIME.")
  private String runTime = "";

  @Option(names = {"-H",
      "--host"}, paramLabel = "URL", description = "As Locust: --set target=URL.")
  private String host = "";

  @Option(names = "--step-users", paramLabel = "N", description = "As Locust: --set load.step.users=N.")
  private String stepUsers = "";

  @Option(names = "--step-time", paramLabel = "TIME", description = "As Locust: --set load.step.every=TIME.")
  private String stepTime = "";

  @Override
  public Integer call() {
    var _ = Arguments.positive("--workers", workers);
    PlanSource source = plan.source(locustOverrides());
    Plan read = PlanArgument.read(source);
    var experiment = LocalExperiment.in(output.out(), read.name());
    experiment.create();
    if (!targetService && architecture == null) {
      return LocalRun.run(source, read, workers, experiment, output).status();
    }
    try (var service = TargetProcess.start(service(read.target()), experiment.data())) {
      System.err.println(service.greeting());
      ExitCode exitCode = LocalRun.run(source, read, workers, experiment, output);
      service.answered()
          .ifPresent(
              count -> System.err.printf("The customer API itself counted %,d answers.%n", count));
      return exitCode.status();
    }
  }

  // The one address that users meet is the plan's target; what stands behind it takes any port.
  private List<String> service(URI target) {
    if (!target.getScheme().equals("http") || !isLoopback(target.getHost())) {
      throw new UserError(
          ExitCode.USAGE,
          (architecture == null ? "--target-service" : "--architecture")
              + ": the plan's target is " + target
              + ", which this machine cannot serve.\n  Expected http://localhost:PORT.");
    }
    String port = String.valueOf(target.getPort() < 0 ? 80 : target.getPort());
    Architecture wanted = architecture == null ? Architecture.EMBEDDED : architecture;
    return wanted == Architecture.LOAD_BALANCED
        ? List.of(
            "--architecture", wanted.word(), "--balancer-port", port, "--port", "0",
            "--admin-port", "0")
        : List.of("--architecture", wanted.word(), "--port", port, "--admin-port", "0");
  }

  private List<String> locustOverrides() {
    var overrides = new ArrayList<String>();
    add(overrides, "load.users=", users, "");
    add(overrides, "load.spawn=", spawnRate, "/s");
    add(overrides, "load.duration=", runTime, "");
    add(overrides, "target=", host, "");
    add(overrides, "load.step.users=", stepUsers, "");
    add(overrides, "load.step.every=", stepTime, "");
    return overrides;
  }

  private static void add(List<String> overrides, String key, String value, String unit) {
    if (!value.isEmpty()) {
      overrides.add(key + value + unit);
    }
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.");
  }
}
