package dev.muster.coordinator.merge;

import org.HdrHistogram.Histogram;

/**
 * How long the parts of requests took, of all series together, over a tick or a run: histograms as those
 * of {@link SeriesTimes}, each with a count of its own. Who holds it must not change them unless it made
 * them.
 *
 * @param connectTime of each connection that was opened, from its begin until TCP had opened it
 * @param tlsTime of each TLS handshake that succeeded
 * @param timeToFirstByte of each request that was answered, from its own first byte to the answer's
 */
public record PhaseTimes(Histogram connectTime, Histogram tlsTime, Histogram timeToFirstByte) {

  /** No times. */
  public static PhaseTimes empty() {
    return new PhaseTimes(
        SeriesTimes.emptyHistogram(), SeriesTimes.emptyHistogram(), SeriesTimes.emptyHistogram());
  }

  /** Adds all of {@code others}, which stay as they are. */
  public void add(PhaseTimes others) {
    connectTime.add(others.connectTime);
    tlsTime.add(others.tlsTime);
    timeToFirstByte.add(others.timeToFirstByte);
  }
}
