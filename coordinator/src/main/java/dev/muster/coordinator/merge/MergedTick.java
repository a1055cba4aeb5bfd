package dev.muster.coordinator.merge;

import java.util.Map;
import java.util.SortedMap;

/**
 * A final tick of a run: the sum of what all workers measured in it. Readers receive a run's ticks
 * in order, from 0 on and without gaps.
 *
 * @param tick counted from 0; tick k is [k s, k+1 s) after the start instant
 * @param users running when the tick ended
 * @param sent requests sent in this tick
 * @param dropped arrivals dropped in this tick, as all places for users were taken
 * @param inFlight requests sent and not ended when the tick ended
 * @param series what ended in this tick
 * @param failures how many requests failed in this tick, by kind
 * @param phases how long the parts of requests took that ended in this tick
 */
public record MergedTick(
    long tick,
    int users,
    long sent,
    long dropped,
    long inFlight,
    SortedMap<SeriesKey, SeriesTimes> series,
    Map<FailureKey, Long> failures,
    PhaseTimes phases) {

  /**
   * A kind of failure of one request.
   *
   * @param kind one word, such as {@code refused}, {@code timeout} or {@code status_503}
   */
  public record FailureKey(String method, String name, String kind) {}
}
