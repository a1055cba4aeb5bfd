package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.cli.terminal.CompareTable;
import dev.muster.cli.terminal.Screen;
import dev.muster.coordinator.report.compare.CompareCsv;
import dev.muster.coordinator.report.compare.ComparePage;
import dev.muster.coordinator.report.compare.ComparedExperiment;
import dev.muster.coordinator.report.compare.Comparison;
import dev.muster.coordinator.report.compare.MeasuredResults;
import dev.muster.coordinator.report.compare.PublishedTable;
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

/** {@code muster compare}. */
@Command(name = "compare", sortOptions = false, description = "Show the results of several experiments beside each other.", footer = {
    "",
    "Each figure is one run's own; nothing is averaged over runs. Experiments have the names of their",
    "plans, and those of one plan also the names of their folders.",
    "",
    "Examples:",
    "  muster compare results/three_tier results/memcached --out compare.html",
    "  muster compare results/three_tier --published docs/published.csv --csv figures.csv"})
final class CompareCommand implements Callable<Integer> {

  private static final int WIDTH_UNKNOWN = 120;

  @Parameters(paramLabel = "RESULTS", arity = "1..*", description = "A results folder of 'muster run', or the folder of one of its runs.")
  private List<Path> folders = List.of();

  @Option(names = {"-o",
      "--out"}, paramLabel = "FILE", description = "Also write a page with a chart for each measure, such as compare.html.")
  private @Nullable Path out;

  @Option(names = "--csv", paramLabel = "FILE", description = "Also write the figures as CSV, a row for each run.")
  private @Nullable Path csv;

  @Option(names = "--published", paramLabel = "FILE", description = "Show figures that others have published as well, with dashed lines: CSV with the columns "
      + "name,users,requests,failures,median,mean,rps, times in milliseconds; also usd and usd_per_million.")
  private @Nullable Path published;

  @Override
  public Integer call() {
    refuseFolder(out, "compare.html");
    refuseFolder(csv, "compare.csv");
    Comparison comparison = read();
    CompareTable.of(comparison, Screen.width(WIDTH_UNKNOWN)).forEach(System.out::println);
    System.out.println();
    if (out != null) {
      write(out, file -> ComparePage.write(comparison, file));
      System.out.println("Report: " + out);
    }
    if (csv != null) {
      write(csv, file -> CompareCsv.write(comparison, file));
      System.out.println("Figures: " + csv);
    }
    return ExitCode.PASSED.status();
  }

  private Comparison read() {
    var problems = new ArrayList<String>();
    var experiments = new ArrayList<ComparedExperiment>();
    experiments.addAll(MeasuredResults.read(folders, problems::add));
    if (published != null) {
      experiments.addAll(PublishedTable.read(published, problems::add));
    }
    if (!problems.isEmpty()) {
      throw new UserError(ExitCode.USAGE, String.join("\n", problems));
    }
    return new Comparison(experiments);
  }

  private interface Writing {
    void to(Path file) throws IOException;
  }

  private static void refuseFolder(@Nullable Path file, String example) {
    if (file != null && Files.isDirectory(file)) {
      throw new UserError(
          ExitCode.USAGE,
          file + " is a folder.\n  Expected a file, such as " + file.resolve(example) + ".");
    }
  }

  private static void write(Path file, Writing writing) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      writing.to(file);
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED,
          file + " cannot be written; check that its folder is one that you may write to.", e);
    }
  }
}
