package dev.muster.coordinator.report.compare;

import dev.muster.plan.load.LoadSize;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Figures that others have published, as a CSV file with the columns {@code name,users} and any of
 * {@code rate,requests,failures,median,mean,p95,rps,usd,usd_per_million}: users, or else arrivals per second; times in
 * milliseconds, an empty field for what was not told. Other columns are passed over, so that a file of
 * {@link CompareCsv} will do.
 */
public final class PublishedTable {

  private final Path file;
  private final Consumer<String> problems;
  private final Map<String, Map<LoadSize, ComparedRun>> found = new LinkedHashMap<>();
  private List<String> columns = List.of();

  private PublishedTable(Path file, Consumer<String> problems) {
    this.file = file;
    this.problems = problems;
  }

  /**
   * Reads {@code file}.
   *
   * @param problems is told, in sentences, of everything in it that cannot be read
   * @return an experiment for each name, in the order of the file
   */
  public static List<ComparedExperiment> read(Path file, Consumer<String> problems) {
    var table = new PublishedTable(file, problems);
    try {
      table.readLines(Files.readAllLines(file));
    } catch (CharacterCodingException e) {
      problems.accept(file + " is not a text file in UTF-8.");
    } catch (IOException e) {
      problems.accept(
          Files.exists(file)
              ? file + " cannot be read; check that you may read it."
              : file + " does not exist. Published figures to begin with are in "
                  + "docs/published.csv.");
    }
    return table.experiments();
  }

  private void readLines(List<String> lines) {
    if (lines.isEmpty()) {
      problems.accept(file + " is empty; its first line names its columns, such as name,users,"
          + "requests,failures,median,mean,rps.");
      return;
    }
    columns = CsvLine.fields(lines.getFirst().replace("\uFEFF", "")) // as spreadsheets begin a file
        .stream()
        .map(String::strip)
        .toList();
    if (!columns.contains("name") || !columns.contains("users")) {
      problems.accept(
          file + ":1: expected the names of the columns, name and users among them, such as "
              + "name,users,requests,failures,median,mean,rps.");
      return;
    }
    for (int index = 1; index < lines.size(); index++) {
      if (!lines.get(index).isBlank()) {
        readRow(index + 1, CsvLine.fields(lines.get(index)));
      }
    }
  }

  private void readRow(int line, List<String> fields) {
    if (fields.size() != columns.size()) {
      problems.accept(
          file + ":" + line + ": has " + fields.size() + " fields, but there are "
              + columns.size() + " columns.");
      return;
    }
    String name = field(fields, "name");
    Optional<LoadSize> size = size(fields);
    if (name.isEmpty() || size.isEmpty()) {
      problems.accept(
          file + ":" + line + ": expected a name and a whole number of users above 0, not '"
              + name + "' and '" + field(fields, "users") + "'.");
      return;
    }
    ComparedRun run = run(line, size.get(), fields);
    if (run != null && found.computeIfAbsent(name, _ -> new TreeMap<>())
        .putIfAbsent(run.size(), run) != null) {
      problems.accept(
          file + ":" + line + ": is the second row of " + name + " with " + run.size().label()
              + "; leave one of them.");
    }
  }

  private @Nullable ComparedRun run(int line, LoadSize size, List<String> fields) {
    var figures = new EnumMap<Measure, Double>(Measure.class);
    for (Measure measure : Measure.values()) {
      String text = columns.contains(measure.column()) ? field(fields, measure.column()) : "";
      OptionalDouble figure = number(text);
      if (figure.isPresent()) {
        figures.put(measure, figure.getAsDouble());
      } else if (!text.isEmpty()) {
        problems.accept(
            file + ":" + line + ": " + measure.column() + " is '" + text
                + "'; expected a number of 0 or more, or nothing where it is not known.");
        return null;
      }
    }
    return new ComparedRun(size, figures, null);
  }

  private String field(List<String> fields, String column) {
    return fields.get(columns.indexOf(column)).strip();
  }

  private Optional<LoadSize> size(List<String> fields) {
    String users = field(fields, "users");
    if (users.matches("[1-9][0-9]{0,8}")) {
      return Optional.of(new LoadSize.Users(Integer.parseInt(users)));
    }
    String rate = users.isEmpty() && columns.contains("rate") ? field(fields, "rate") : "";
    return rate.matches("[0-9]{1,9}(\\.[0-9]{1,12})?") && Double.parseDouble(rate) > 0
        ? Optional.of(new LoadSize.ArrivalRate(new BigDecimal(rate)))
        : Optional.empty();
  }

  private static OptionalDouble number(String text) {
    return text.matches("[0-9]{1,15}(\\.[0-9]{1,15})?")
        ? OptionalDouble.of(Double.parseDouble(text))
        : OptionalDouble.empty();
  }

  private List<ComparedExperiment> experiments() {
    var experiments = new ArrayList<ComparedExperiment>();
    found.forEach(
        (name, runs) -> experiments.add(
            new ComparedExperiment(
                name + " (published)", name, true, List.copyOf(runs.values()))));
    return experiments;
  }
}
