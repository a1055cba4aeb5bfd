package dev.muster.coordinator.report;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A row of Locust's statistics: a request with its answers and its failures together.
 *
 * @param method null for the row of all requests
 * @param requests answered or failed
 * @param failures those of them that failed
 * @param requestsPerSecond over the run, or lately in a history
 * @param failuresPerSecond over the run, or lately in a history
 * @param times response times in microseconds, of {@code requests} of them
 * @param recent those of about the last ten seconds, for a history
 */
record LocustRow(
    @Nullable String method,
    String name,
    long requests,
    long failures,
    double requestsPerSecond,
    double failuresPerSecond,
    long bodyBytes,
    Histogram times,
    Histogram recent) {

  double medianMs() {
    return percentileMs(times, 50);
  }

  double meanMs() {
    return requests == 0 ? 0 : times.getMean() / 1e3;
  }

  double minMs() {
    return requests == 0 ? 0 : times.getMinValue() / 1e3;
  }

  double maxMs() {
    return requests == 0 ? 0 : times.getMaxValue() / 1e3;
  }

  double meanBytes() {
    return requests == 0 ? 0 : (double) bodyBytes / requests;
  }

  static double percentileMs(Histogram micros, double percentile) {
    return micros.getTotalCount() == 0 ? 0 : micros.getValueAtPercentile(percentile) / 1e3;
  }
}
