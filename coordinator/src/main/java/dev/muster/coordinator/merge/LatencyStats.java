package dev.muster.coordinator.merge;

import org.HdrHistogram.AbstractHistogram;

/**
 * A histogram of microseconds in a few numbers, in milliseconds. Each is exactly what HdrHistogram's
 * own methods give for the same histogram, so that other tools agree; all are 0 when it is empty.
 */
public record LatencyStats(
    long count,
    double meanMs,
    double minMs,
    double p50Ms,
    double p90Ms,
    double p95Ms,
    double p99Ms,
    double p999Ms,
    double maxMs) {

  /** Those of an empty histogram. */
  public static final LatencyStats NONE = new LatencyStats(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** The numbers of {@code micros}, a histogram of microseconds. */
  public static LatencyStats of(AbstractHistogram micros) {
    if (micros.getTotalCount() == 0) {
      return NONE;
    }
    return new LatencyStats(
        micros.getTotalCount(),
        micros.getMean() / 1e3,
        micros.getMinValue() / 1e3,
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(90) / 1e3,
        micros.getValueAtPercentile(95) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getValueAtPercentile(99.9) / 1e3,
        micros.getMaxValue() / 1e3);
  }
}
