package dev.muster.cli.terminal;

import dev.muster.coordinator.bill.Dollars;
import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.compare.ComparedExperiment;
import dev.muster.coordinator.report.compare.ComparedRun;
import dev.muster.coordinator.report.compare.Comparison;
import dev.muster.coordinator.report.compare.Measure;
import dev.muster.plan.load.LoadSize;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Experiments beside each other, a row for each number of users or each rate: in one table where that
 * is narrow enough, else in one for each measure.
 */
public final class CompareTable {

  private static final String NOTHING = "-";

  private final Comparison comparison;
  private final int width;

  private CompareTable(Comparison comparison, int width) {
    this.comparison = comparison;
    this.width = width;
  }

  /**
   * The lines of the tables, and below them what must be known to read them.
   *
   * @param width of the terminal in characters; kept unless a single column is wider
   */
  public static List<String> of(Comparison comparison, int width) {
    var table = new CompareTable(comparison, width);
    var lines = new ArrayList<String>();
    table.whole().ifPresentOrElse(lines::addAll, () -> lines.addAll(table.byMeasure()));
    List<String> remarks = table.remarks();
    if (!remarks.isEmpty()) {
      lines.add("");
      lines.addAll(remarks);
    }
    return lines;
  }

  private Optional<List<String>> whole() {
    var rows = sizesColumn(comparison.axis());
    var groups = new StringBuilder("  ").repeat(" ", Columns.width(rows, 0));
    for (ComparedExperiment experiment : comparison.experiments()) {
      int before = rows.getFirst().size();
      Arrays.stream(Measure.values())
          .filter(experiment::has)
          .forEach(measure -> addColumn(rows, experiment, measure, List.of(head(measure))));
      int group = -2;
      for (int column = before; column < rows.getFirst().size(); column++) {
        group += 2 + Columns.width(rows, column);
      }
      int line = group - experiment.name().length() - 1;
      if (line < 0) {
        return Optional.empty(); // its name is wider than its columns
      }
      groups.append("  ").append(experiment.name()).append(' ').repeat("─", line);
    }
    var lines = new ArrayList<>(List.of(groups.toString()));
    lines.addAll(Columns.lines(rows));
    return lines.stream().allMatch(line -> line.length() <= width)
        ? Optional.of(lines)
        : Optional.empty();
  }

  private static String head(Measure measure) {
    return switch (measure) {
      case FAILURES -> "failed";
      case REQUESTS_PER_SECOND -> "req/s";
      case COST_PER_MILLION -> "per million";
      case REQUESTS, MEDIAN, MEAN, P95, COST -> measure.text();
    };
  }

  private List<String> byMeasure() {
    var lines = new ArrayList<String>();
    for (Measure measure : Measure.values()) {
      List<ComparedExperiment> left = comparison.experiments()
          .stream()
          .filter(experiment -> experiment.has(measure))
          .toList();
      while (!left.isEmpty()) {
        int fitting = left.size();
        List<String> table = table(measure, left);
        while (fitting > 1 && table.stream().anyMatch(line -> line.length() > width)) {
          fitting--;
          table = table(measure, left.subList(0, fitting));
        }
        if (!lines.isEmpty()) {
          lines.add("");
        }
        lines.addAll(table);
        left = left.subList(fitting, left.size());
      }
    }
    return lines;
  }

  private List<String> table(Measure measure, List<ComparedExperiment> experiments) {
    // What tells experiments of one plan apart stands below the plan's name.
    boolean twoLines = experiments.stream().anyMatch(each -> each.name().contains(" ("));
    var rows = twoLines ? sizesColumn("", comparison.axis()) : sizesColumn(comparison.axis());
    for (ComparedExperiment experiment : experiments) {
      int split = experiment.name().indexOf(" (");
      String below = split < 0 ? experiment.name() : experiment.name().substring(split + 1);
      String above = split < 0 ? "" : experiment.name().substring(0, split);
      addColumn(rows, experiment, measure, twoLines ? List.of(above, below) : List.of(below));
    }
    var lines = new ArrayList<String>();
    lines.add(measure.unit().equals("ms") ? measure.text() + " response time" : measure.text());
    lines.addAll(Columns.lines(rows));
    return lines;
  }

  private List<List<String>> sizesColumn(String... head) {
    var rows = new ArrayList<List<String>>();
    for (String word : head) {
      rows.add(new ArrayList<>(List.of(word)));
    }
    for (LoadSize size : comparison.sizes()) {
      rows.add(new ArrayList<>(List.of(ResultTable.place(size))));
    }
    return rows;
  }

  private void addColumn(
      List<List<String>> rows, ComparedExperiment experiment, Measure measure, List<String> head) {
    // A column that has marks keeps a place for them in every row.
    String noMark = experiment.runs().stream().anyMatch(ComparedRun::isDoubtful) ? " " : "";
    int row = 0;
    for (String word : head) {
      rows.get(row++).add(word + noMark);
    }
    for (LoadSize size : comparison.sizes()) {
      Optional<ComparedRun> run = experiment.run(size);
      String figure = run.map(each -> figure(each, measure)).orElse(NOTHING);
      String mark = run.filter(ComparedRun::isDoubtful).map(CompareTable::mark).orElse(noMark);
      rows.get(row++).add(figure + mark);
    }
  }

  private static String figure(ComparedRun run, Measure measure) {
    var figure = run.figure(measure);
    return figure.isEmpty() ? NOTHING : switch (measure) {
      case REQUESTS, FAILURES -> Times.count(Math.round(figure.getAsDouble()));
      case MEDIAN, MEAN, P95 -> Times.ms(figure.getAsDouble());
      case REQUESTS_PER_SECOND -> String.format(Locale.ROOT, "%,.1f", figure.getAsDouble());
      case COST, COST_PER_MILLION -> Dollars.text(BigDecimal.valueOf(figure.getAsDouble()));
    };
  }

  private static String mark(ComparedRun run) {
    Verdict verdict = run.verdict();
    return verdict != null && verdict.state() == Verdict.State.INVALID ? "!" : "~";
  }

  private List<String> remarks() {
    var lines = new ArrayList<String>();
    for (ComparedExperiment experiment : comparison.experiments()) {
      for (ComparedRun run : experiment.runs()) {
        Verdict verdict = run.verdict();
        if (verdict != null && run.isDoubtful()) {
          String name = experiment.name() + " with " + run.size().label();
          lines.add(
              "  " + mark(run) + " " + name + " is " + verdict.state() + ": "
                  + String.join(" ", verdict.reasons()));
        }
      }
    }
    comparison.gaps().forEach(gap -> lines.add("  " + gap));
    return lines;
  }
}
