package dev.muster.worker.record;

import dev.muster.worker.engine.Iterations;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What one event loop measured in one tick. Its histograms belong to who receives it, and go back to
 * {@link Histograms} when they have been read.
 *
 * @param tick counted from 0
 * @param last whether it is the loop's last
 * @param users running when the tick ended
 * @param sent requests sent in the tick
 * @param dropped arrivals of the tick that found no place
 * @param inFlight requests in flight when the tick ended
 * @param series what ended in the tick; no entry for what did not occur
 * @param failures what failed in the tick
 * @param phases how long parts of requests took, of all series together
 * @param begun the newest iterations that users who stay began in the tick
 */
public record LoopTick(
    long tick,
    boolean last,
    int users,
    long sent,
    long dropped,
    int inFlight,
    List<SeriesTick> series,
    List<FailureCount> failures,
    Phases phases,
    Iterations begun) {

  /**
   * The times of one series and outcome.
   *
   * @param series the series' index in the script
   * @param answered whether these requests were answered, or failed
   * @param serviceTime of those that were written; when others failed before, it has fewer than the rest
   */
  public record SeriesTick(
      int series,
      boolean answered,
      long bodyBytes,
      Histogram responseTime,
      Histogram serviceTime,
      Histogram scheduleLag) {}

  /**
   * The parts of what a user waits for. A histogram is empty where nothing of its kind ended.
   *
   * @param connectTime of each connection that was opened, without TLS
   * @param tlsTime of each handshake that succeeded
   * @param timeToFirstByte of each request that was answered, from its own first byte to the answer's
   */
  public record Phases(Histogram connectTime, Histogram tlsTime, Histogram timeToFirstByte) {

    /** Empty ones. */
    public static Phases from(Histograms histograms) {
      return new Phases(histograms.take(), histograms.take(), histograms.take());
    }
  }

  /** How many requests of a series failed in one way; {@code kind} is the word of the kind. */
  public record FailureCount(int series, String kind, long count) {}
}
