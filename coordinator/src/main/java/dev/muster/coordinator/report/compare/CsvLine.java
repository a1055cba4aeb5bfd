package dev.muster.coordinator.report.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A line of CSV: fields between commas, in double quotes where they hold one of either. */
final class CsvLine {

  private CsvLine() {}

  /** The fields of {@code line}, at least one. A quote that is not closed goes to the line's end. */
  static List<String> fields(String line) {
    var fields = new ArrayList<String>();
    var field = new StringBuilder();
    boolean quoted = false;
    for (int index = 0; index < line.length(); index++) {
      char each = line.charAt(index);
      if (each == '"' && quoted && index + 1 < line.length() && line.charAt(index + 1) == '"') {
        field.append('"');
        index++;
      } else if (each == '"') {
        quoted = !quoted;
      } else if (each == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(each);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  /** The line of {@code fields}, without a line break. */
  static String of(List<String> fields) {
    return fields.stream().map(CsvLine::quoted).collect(Collectors.joining(","));
  }

  private static String quoted(String field) {
    return field.contains(",") || field.contains("\"")
        ? "\"" + field.replace("\"", "\"\"") + "\""
        : field;
  }
}
