package dev.muster.coordinator.report.compare;

import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.WebPage;
import dev.muster.coordinator.report.WholeFile;
import dev.muster.plan.load.LoadSize;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A comparison on one page that needs nothing but itself: a chart for each measure, and a table. */
public final class ComparePage {

  private ComparePage() {}

  /** The text of the page. */
  public static String text(Comparison comparison) {
    return WebPage.of(
        WebPage.resource(ComparePage.class, "compare.js"),
        new Page(
            comparison.axis(),
            comparison.sizes().stream().map(LoadSize::number).distinct().sorted().toList(),
            Arrays.stream(Measure.values())
                .map(measure -> new Column(measure.column(), measure.text(), measure.unit()))
                .toList(),
            comparison.experiments().stream().map(Line::of).toList(),
            comparison.gaps()));
  }

  /**
   * Writes {@code file} whole or not at all.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(Comparison comparison, Path file) throws IOException {
    WholeFile.write(file, text(comparison));
  }

  private record Page(
      String axis,
      List<BigDecimal> sizes,
      List<Column> measures,
      List<Line> experiments,
      List<String> gaps) {}

  private record Column(String key, String text, String unit) {}

  private record Line(String name, String plan, boolean published, List<Point> runs) {

    static Line of(ComparedExperiment experiment) {
      return new Line(
          experiment.name(), experiment.plan(), experiment.published(),
          experiment.runs().stream().map(Point::of).toList());
    }
  }

  private record Point(
      BigDecimal size, String label, Map<String, Double> figures, @Nullable Verdict verdict) {

    static Point of(ComparedRun run) {
      var figures = new LinkedHashMap<String, Double>();
      for (Measure measure : Measure.values()) {
        run.figure(measure).ifPresent(figure -> figures.put(measure.column(), figure));
      }
      return new Point(run.size().number(), run.size().label(), figures, run.verdict());
    }
  }
}
