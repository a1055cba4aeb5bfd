package dev.muster.coordinator.merge;

import java.util.Comparator;

/**
 * What a histogram is kept for.
 *
 * @param method the HTTP method, such as {@code GET}
 * @param name the request's name in the plan
 * @param outcome whether its requests were answered or failed
 */
public record SeriesKey(String method, String name, Outcome outcome)
    implements
      Comparable<SeriesKey> {

  private static final Comparator<SeriesKey> BY_NAME = Comparator.comparing(SeriesKey::name)
      .thenComparing(SeriesKey::method)
      .thenComparing(SeriesKey::outcome);

  /** How a request ended. */
  public enum Outcome {
    /** A whole answer with a status below 400. */
    ANSWERED,
    /** A status of 400 or above, or no whole answer. */
    FAILED
  }

  /** By name, then method, then outcome. */
  @Override
  public int compareTo(SeriesKey other) {
    return BY_NAME.compare(this, other);
  }
}
