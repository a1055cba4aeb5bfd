package dev.muster.plan.document;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The problems found so far. A value that is met again through an alias is reported once. */
public final class Problems {

  /**
   * A problem.
   *
   * @param place where it was written
   * @param path to the value, as an override names it ({@code scenario.0.get}), or empty
   * @param message what is wrong
   * @param hint what was expected, or empty
   */
  public record Finding(Place place, String path, String message, String hint) {}

  private record Same(Place place, String message) {}

  private final Map<Same, Finding> findings = new LinkedHashMap<>();
  private int reports;

  /** Keeps a problem. */
  public void add(Place place, String path, String message, String hint) {
    reports++;
    findings.putIfAbsent(
        new Same(place, message), new Finding(place, path, message, hint));
  }

  /** How often {@link #add} was called: it grew exactly when what was read in between has problems. */
  public int reports() {
    return reports;
  }

  /** All problems, by place. */
  public List<Finding> sorted() {
    return findings.values().stream().sorted(Comparator.comparing(Finding::place)).toList();
  }
}
