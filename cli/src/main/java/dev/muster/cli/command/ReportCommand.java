package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.cli.terminal.ResultTable;
import dev.muster.coordinator.StoredResults;
import dev.muster.coordinator.report.CsvFormat;
import dev.muster.coordinator.report.ResultsFolder;
import dev.muster.coordinator.report.RunResult;
import dev.muster.coordinator.store.Store;
import dev.muster.coordinator.store.StoredExperiment;
import dev.muster.coordinator.store.StoredRun;
import dev.muster.plan.Plan;
import dev.muster.v1.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster report}. */
@Command(name = "report", sortOptions = false, description = "Write the results of an experiment again, from what was stored of it.")
final class ReportCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", arity = "1..*", description = "A results folder of 'muster run', or a coordinator's data folder.")
  private List<Path> folders = List.of();

  @Option(names = {"-o",
      "--out"}, paramLabel = "DIR", description = "The folder for the results. Default: where they were.")
  private Path out = Path.of("");

  @Option(names = "--csv-format", paramLabel = "FORMAT", converter = OutputOptions.CsvFormats.class, completionCandidates = OutputOptions.CsvFormats.class, description = "locust-0.14 or locust-2. Default: that of the submission.")
  private @Nullable CsvFormat csvFormat;

  @Override
  public Integer call() throws IOException {
    for (Path folder : folders) {
      Path file = storeFile(folder);
      try (Store store = Store.open(file)) {
        List<StoredExperiment> experiments = store.experiments();
        if (experiments.isEmpty()) {
          throw new UserError(ExitCode.FAILED, "Nothing was ever submitted to " + file + ".");
        }
        for (StoredExperiment experiment : experiments) {
          write(store, experiment, resultsOf(folder, experiment, experiments.size()));
        }
      }
    }
    return ExitCode.PASSED.status();
  }

  private static Path storeFile(Path folder) {
    for (Path candidate : List.of(
        folder.resolve(".muster").resolve("muster.db"), folder.resolve("muster.db"))) {
      if (Files.exists(candidate)) {
        return candidate;
      }
    }
    throw new UserError(
        ExitCode.USAGE,
        folder + " holds no store.\n  Expected a results folder of 'muster run', or the data "
            + "folder of 'muster coordinator'.");
  }

  private Path resultsOf(Path folder, StoredExperiment experiment, int experiments) {
    boolean given = !out.toString().isEmpty();
    Path base = given
        ? out
        : Files.exists(folder.resolve(".muster")) ? folder : folder.resolve("results");
    return experiments == 1 && (given || Files.exists(folder.resolve(".muster")))
        ? base
        : base.resolve(experiment.id());
  }

  private void write(Store store, StoredExperiment experiment, Path folder)
      throws IOException {
    Plan plan = PlanArgument.read(
        PlanArgument.sourceOf(
            experiment.fileName(), experiment.planText(), experiment.overrides()));
    Files.createDirectories(folder);
    var writer = new StoredResults(
        store, plan, new ResultsFolder(folder), formatOf(experiment));
    var results = new ArrayList<RunResult>();
    for (StoredRun run : store.runs(experiment.id())) {
      if (run.state() == RunState.RUN_STATE_ENDED) {
        results.add(writer.writeRun(run));
      }
    }
    if (results.isEmpty()) {
      System.out.println(experiment.id() + ": no run of it has ended.");
      return;
    }
    writer.writeReport(experiment.planText(), results);
    ResultTable.of(results.stream().map(RunResult::summary).toList())
        .forEach(System.out::println);
    System.out.println("Report: " + folder.resolve("report.html"));
  }

  private CsvFormat formatOf(StoredExperiment experiment) {
    return csvFormat == null
        ? CsvFormat.of(experiment.csvFormat()).orElse(CsvFormat.LOCUST_0_14)
        : csvFormat;
  }
}
