package dev.muster.plan;

/**
 * Something that is wrong with a plan.
 *
 * @param file the file's name; for an override, the option as it was given
 * @param line counted from 1; 0 for an override
 * @param column counted from 1; 0 for an override
 * @param message what is wrong
 * @param hint what was expected, or empty
 */
public record PlanProblem(String file, int line, int column, String message, String hint) {

  /**
   * The problem for a terminal: {@code plan.yaml:12:5: what is wrong}, then an indented line with
   * the hint, if there is one. No line break at the end.
   */
  public String render() {
    String place = line == 0 ? file : file + ":" + line + ":" + column;
    return place + ": " + message + (hint.isEmpty() ? "" : "\n  " + hint);
  }

  @Override
  public String toString() {
    return render();
  }
}
