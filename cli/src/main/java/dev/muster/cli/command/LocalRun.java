package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.local.LocalCluster;
import dev.muster.cli.local.LocalExperiment;
import dev.muster.cli.rpc.ControlClient;
import dev.muster.plan.Plan;
import dev.muster.plan.PlanSource;
import dev.muster.v1.SubmitRequest;
import java.nio.file.Path;
import java.time.Duration;

/** An experiment on a cluster that is started for it and ended with it. */
final class LocalRun {

  private static final Duration WORKERS_START_WITHIN = Duration.ofSeconds(60);

  private LocalRun() {}

  /** Runs {@code source}, whose plan is {@code plan}, on {@code workers} workers. */
  static ExitCode run(
      PlanSource source,
      Plan plan,
      int workers,
      LocalExperiment experiment,
      OutputOptions output) {
    try (var cluster = LocalCluster.start(workers, plan.target(), experiment.data());
        var client = new ControlClient(cluster.host(), cluster.port(), cluster.dialer())) {
      var experimenter = new Experimenter(client, output.view());
      String id = experimenter.run(
          SubmitRequest.newBuilder()
              .setDocument(PlanArgument.document(source))
              .setWorkers(workers)
              .setWorkerWaitNanos(WORKERS_START_WITHIN.toNanos())
              .setCsvFormat(output.csvFormat().text())
              .build());
      experimenter.fetch(id, experiment.results(), output.csvPrefix());
      experiment.removeCopy();
      experimenter.printTable(System.out::println);
      Path report = experiment.results().resolve("report.html");
      if (report.toFile().exists()) {
        System.out.println("Report: " + report);
      }
      // Why not all workers came, where that is so, is told by the one that ended.
      cluster.fleet()
          .fallen()
          .ifPresent(worker -> System.err.println("A worker ended: " + worker.lastWords()));
      return experimenter.exitCode();
    }
  }
}
