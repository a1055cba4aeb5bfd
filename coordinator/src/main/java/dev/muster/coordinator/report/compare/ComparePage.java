package dev.muster.coordinator.report.compare;

import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.WebPage;
import dev.muster.coordinator.report.WholeFile;
import dev.muster.plan.load.LoadSize;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
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
            comparison.measures()
                .stream()
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
      BigDecimal size, String label, Map<String, Number> figures, @Nullable Verdict verdict) {

    static Point of(ComparedRun run) {
      var figures = new LinkedHashMap<String, Number>();
      for (Measure measure : Measure.values()) {
        run.figure(measure)
            .ifPresent(
                figure -> figures.put(
                    measure.column(),
                    measure.isMoney() ? dollars(figure) : Double.valueOf(figure)));
      }
      return new Point(run.size().number(), run.size().label(), figures, run.verdict());
    }

    /** With more places than other numbers are written with. */
    private static BigDecimal dollars(double usd) {
      return BigDecimal.valueOf(usd).setScale(6, RoundingMode.HALF_UP);
    }
  }
}
