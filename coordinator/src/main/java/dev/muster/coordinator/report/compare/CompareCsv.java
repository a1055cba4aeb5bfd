package dev.muster.coordinator.report.compare;

import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.WholeFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A comparison as CSV, a row for each run: {@code
 * name,users,requests,failures,median,mean,p95,rps,verdict}, and a column {@code rate} after {@code
 * users} where a run is of the open model, and {@code usd,usd_per_million} after {@code rps} where the cost
 * of one is known. Times are in milliseconds, numbers have at most three places and dollars six, and what is not
 * known is empty.
 */
public final class CompareCsv {

  private CompareCsv() {}

  /** The text of the file. */
  public static String text(Comparison comparison) {
    var lines = new ArrayList<String>();
    boolean open = comparison.sizes().stream().anyMatch(size -> !size.rate().isEmpty());
    var head = new ArrayList<>(open ? List.of("name", "users", "rate") : List.of("name", "users"));
    List<Measure> measures = comparison.measures();
    measures.stream().map(Measure::column).forEach(head::add);
    head.add("verdict");
    lines.add(CsvLine.of(head));
    for (ComparedExperiment experiment : comparison.experiments()) {
      for (ComparedRun run : experiment.runs()) {
        lines.add(row(experiment.name(), run, open, measures));
      }
    }
    return String.join("\n", lines) + "\n";
  }

  /**
   * Writes {@code file} whole or not at all.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(Comparison comparison, Path file) throws IOException {
    WholeFile.write(file, text(comparison));
  }

  private static String row(
      String name, ComparedRun run, boolean open, List<Measure> measures) {
    int users = run.size().users();
    var fields = new ArrayList<>(List.of(name, users == 0 ? "" : String.valueOf(users)));
    if (open) {
      fields.add(run.size().rate());
    }
    for (Measure measure : measures) {
      fields.add(number(run.figure(measure), measure.isMoney() ? 6 : 3));
    }
    fields.add(word(run.verdict()));
    return CsvLine.of(fields);
  }

  private static String word(@Nullable Verdict verdict) {
    return verdict == null ? "" : verdict.state().name();
  }

  private static String number(OptionalDouble figure, int places) {
    if (figure.isEmpty()) {
      return "";
    }
    var rounded = BigDecimal.valueOf(figure.getAsDouble()).setScale(places, RoundingMode.HALF_UP);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }
}
