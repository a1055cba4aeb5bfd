package dev.muster.coordinator.report.compare;

import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.plan.load.LoadSize;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Experiments in the folders in which {@code muster run} left them. Runs of one plan in one folder are
 * one experiment, whether the folder is named or its runs one by one. For one thread.
 */
public final class MeasuredResults {

  /** What makes runs one experiment: the folder that theirs lie in, and the plan. */
  private record Origin(Path folder, String plan) {}

  private record FoundRun(Path folder, ComparedRun run) {}

  private final Consumer<String> problems;
  private final Set<Path> seen = new HashSet<>();
  private final Map<Origin, Map<LoadSize, FoundRun>> found = new LinkedHashMap<>();

  private MeasuredResults(Consumer<String> problems) {
    this.problems = problems;
  }

  /**
   * Reads what lies in {@code folders}: folders of experiments, of single runs, or both.
   *
   * @param problems is told, in sentences, of everything that cannot be read
   * @return in the order of the folders, each with a name of its own: that of its plan, and with it
   *     that of its folder where several are of one plan
   */
  public static List<ComparedExperiment> read(List<Path> folders, Consumer<String> problems) {
    var results = new MeasuredResults(problems);
    folders.forEach(results::add);
    return results.named();
  }

  private void add(Path folder) {
    if (!Files.isDirectory(folder)) {
      problems.accept(
          folder + (Files.exists(folder) ? " is not a folder." : " does not exist.")
              + "\n  Expected a results folder of 'muster run', or the folder of one of its runs.");
      return;
    }
    try {
      Path real = folder.toRealPath();
      if (holdsSummary(real)) {
        addRun(folder, Objects.requireNonNullElse(real.getParent(), real));
        return;
      }
      List<Path> runs = foldersIn(folder).stream().filter(MeasuredResults::holdsSummary).toList();
      if (runs.isEmpty()) {
        problems.accept(folder + " holds no results of a run.\n  " + hint(folder));
      }
      for (Path run : runs) {
        addRun(run, real);
      }
    } catch (IOException e) {
      problems.accept(folder + " cannot be read; check that you may read it.");
    }
  }

  private static String hint(Path folder) throws IOException {
    for (Path inner : foldersIn(folder)) {
      if (foldersIn(inner).stream().anyMatch(MeasuredResults::holdsSummary)) {
        return "Folders in it do; name them, such as " + inner + ".";
      }
    }
    return "Expected a folder for each run, with a summary.json in it, as 'muster run' leaves them.";
  }

  private static boolean holdsSummary(Path folder) {
    return Files.isRegularFile(folder.resolve("summary.json"));
  }

  private static List<Path> foldersIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isDirectory).sorted().toList();
    }
  }

  private void addRun(Path folder, Path experiment) throws IOException {
    Summary summary = seen.add(folder.toRealPath()) ? read(folder.resolve("summary.json")) : null;
    if (summary == null) {
      return;
    }
    FoundRun other = found
        .computeIfAbsent(new Origin(experiment, planOf(summary)), _ -> new TreeMap<>())
        .putIfAbsent(summary.size(), new FoundRun(folder, ComparedRun.of(summary)));
    if (other != null) {
      problems.accept(
          other.folder() + " and " + folder + " are both runs of " + planOf(summary) + " with "
              + summary.size().label() + "; percentiles are not averaged, so name one of them.");
    }
  }

  private @Nullable Summary read(Path file) {
    String place = "";
    try {
      Summary summary = SummaryJson.read(file);
      if (isWhole(summary)) {
        return summary;
      }
    } catch (JacksonException e) {
      place = e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
    } catch (CharacterCodingException e) {
      place = " (it is no text)";
    } catch (IOException e) {
      problems.accept(file + " cannot be read; check that you may read it.");
      return null;
    }
    problems.accept(
        file + " is not the summary of a run" + place
            + ".\n  'muster report' writes the results of an experiment again.");
    return null;
  }

  /** A file may be JSON, and lack what every summary has. */
  private static boolean isWhole(Summary summary) {
    return hasSize(summary)
        && Stream.of(summary.run(), summary.ledger(), summary.responseTime(), summary.verdict())
            .noneMatch(Objects::isNull)
        && !Objects.isNull(summary.verdict().state());
  }

  private static boolean hasSize(Summary summary) {
    return summary.users() != null
        ? summary.users() > 0
        : summary.rate() != null && summary.rate().signum() > 0;
  }

  /** A run's name is its plan's and the size of its load. */
  private static String planOf(Summary summary) {
    String ending = "_" + summary.size().text();
    return summary.run().endsWith(ending)
        ? summary.run().substring(0, summary.run().length() - ending.length())
        : summary.run();
  }

  private List<ComparedExperiment> named() {
    var experiments = new ArrayList<ComparedExperiment>();
    found.forEach(
        (origin, runs) -> experiments.add(
            new ComparedExperiment(
                nameOf(origin), origin.plan(), false,
                runs.values().stream().map(FoundRun::run).toList())));
    return experiments;
  }

  private String nameOf(Origin origin) {
    List<Path> folders = found.keySet()
        .stream()
        .filter(each -> each.plan().equals(origin.plan()))
        .map(Origin::folder)
        .toList();
    if (folders.size() == 1) {
      return origin.plan();
    }
    boolean distinct = folders.stream().map(Path::getFileName).distinct().count() == folders.size();
    return origin.plan() + " (" + (distinct ? origin.folder().getFileName() : origin.folder())
        + ")";
  }
}
