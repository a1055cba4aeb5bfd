package dev.muster.coordinator.merge;

import org.HdrHistogram.Histogram;

/**
 * The times of one series, over a tick or a run: histograms of microseconds, 1 µs to 1 h, three
 * digits, with equal counts, save that requests which failed before they were written have no service
 * time. Who holds it must not change the histograms unless it made them.
 *
 * @param bodyBytes received in response bodies
 * @param responseTime from due to end
 * @param serviceTime from the instant a request's first byte was written to its end
 * @param scheduleLag from due to the begin of work on it, which is to connect where it must
 */
public record SeriesTimes(
    long bodyBytes,
    Histogram responseTime,
    Histogram serviceTime,
    Histogram scheduleLag) {

  /** The largest time that is told from larger ones: one hour, in microseconds. */
  public static final long MAX_MICROS = 3_600_000_000L;

  /** Significant decimal digits that a recorded time keeps. */
  public static final int DIGITS = 3;

  /** An empty histogram of the range that every histogram of Muster has. */
  public static Histogram emptyHistogram() {
    return new Histogram(1, MAX_MICROS, DIGITS);
  }

  /** No times. */
  public static SeriesTimes empty() {
    return new SeriesTimes(0, emptyHistogram(), emptyHistogram(), emptyHistogram());
  }

  /** How many requests. */
  public long count() {
    return responseTime.getTotalCount();
  }
}
