package dev.muster.coordinator.merge;

/**
 * One tick of a run, all workers and series together.
 *
 * @param tick counted from 0; tick k is [k s, k+1 s) after the start instant
 * @param users running when the tick ended
 * @param sent requests sent in this tick
 * @param dropped arrivals dropped in this tick
 * @param answered requests answered in this tick
 * @param failed requests failed in this tick
 * @param inFlight requests sent and not ended when the tick ended
 * @param responseTime of the requests that ended in this tick, answered or failed
 */
public record TickPoint(
    long tick,
    int users,
    long sent,
    long dropped,
    long answered,
    long failed,
    long inFlight,
    LatencyStats responseTime) {}
