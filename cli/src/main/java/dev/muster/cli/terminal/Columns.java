package dev.muster.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Cells in columns, each as wide as its widest and two spaces from the next. */
final class Columns {

  private Columns() {}

  /** The lines of {@code rows}, which have equally many cells; each cell stands to the right. */
  static List<String> lines(List<List<String>> rows) {
    var lines = new ArrayList<String>();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        line.append("  ")
            .append(" ".repeat(width(rows, column) - row.get(column).length()))
            .append(row.get(column));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** How wide a column is. */
  static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
