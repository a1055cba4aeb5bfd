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

  private record Same(Place place, String within, String message) {}

  private final Map<Same, Finding> findings = new LinkedHashMap<>();
  private int reports;

  /** Keeps a problem. */
  public void add(Place place, String path, String message, String hint) {
    reports++;
    // In a file a place tells problems apart; an override is one place for all its values.
    String within = place instanceof Place.InOverride ? path : "";
    findings.putIfAbsent(
        new Same(place, within, message), new Finding(place, path, message, hint));
  }

  /** Counts a value whose problem is known already. */
  public void metAgain() {
    reports++;
  }

  /** Grows exactly when what is read in between has a problem, be it a new one or not. */
  public int reports() {
    return reports;
  }

  /** All problems, by place. */
  public List<Finding> sorted() {
    return findings.values().stream().sorted(Comparator.comparing(Finding::place)).toList();
  }
}
