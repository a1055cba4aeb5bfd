package dev.muster.coordinator.report.compare;

/** What is compared of runs, in the order in which it is shown. */
public enum Measure {
  /** Requests sent. */
  REQUESTS("requests", ""),
  /** Requests that failed. */
  FAILURES("failures", ""),
  /** The response time that half of the requests did not exceed, in milliseconds. */
  MEDIAN("median", "ms"),
  /** The mean response time in milliseconds. */
  MEAN("mean", "ms"),
  /** The response time that 95 % of the requests did not exceed, in milliseconds. */
  P95("p95", "ms"),
  /** Requests ended per second. */
  REQUESTS_PER_SECOND("requests/s", "/s");

  private final String text;
  private final String unit;

  Measure(String text, String unit) {
    this.text = text;
    this.unit = unit;
  }

  /** As people call it, such as {@code median}. */
  public String text() {
    return text;
  }

  /** {@code ms}, {@code /s}, or empty for a count. */
  public String unit() {
    return unit;
  }

  /** The column that it is in a CSV file: {@link #text}, but {@code rps} for requests/s. */
  public String column() {
    return this == REQUESTS_PER_SECOND ? "rps" : text;
  }
}
