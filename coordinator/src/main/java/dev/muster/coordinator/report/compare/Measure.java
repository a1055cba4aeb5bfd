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
  REQUESTS_PER_SECOND("requests/s", "/s"),
  /** What the machines of its workers cost, in US dollars. */
  COST("cost", "USD"),
  /** The same for a million requests that were answered. */
  COST_PER_MILLION("cost per million", "USD");

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

  /** {@code ms}, {@code /s}, {@code USD}, or empty for a count. */
  public String unit() {
    return unit;
  }

  /** The column that it is in a CSV file, such as {@code median} or {@code rps}. */
  public String column() {
    return switch (this) {
      case REQUESTS, FAILURES, MEDIAN, MEAN, P95 -> text;
      case REQUESTS_PER_SECOND -> "rps";
      case COST -> "usd";
      case COST_PER_MILLION -> "usd_per_million";
    };
  }

  /** Whether it is money, which only runs on machines that are paid for have. */
  public boolean isMoney() {
    return unit.equals("USD");
  }
}
