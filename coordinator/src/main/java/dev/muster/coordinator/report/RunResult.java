package dev.muster.coordinator.report;

import dev.muster.coordinator.merge.TickPoint;
import java.util.List;

/**
 * All that is drawn of a run.
 *
 * @param summary the run in numbers
 * @param ticks in order, without gaps; those after the load's end are the drain
 * @param responseTimeByPercentile ascending, from 0 to 100 percent, of all requests that ended; empty
 *     when none did
 * @param serviceTimeByPercentile the same for service time
 */
public record RunResult(
    Summary summary,
    List<TickPoint> ticks,
    List<PercentilePoint> responseTimeByPercentile,
    List<PercentilePoint> serviceTimeByPercentile) {

  public RunResult {
    ticks = List.copyOf(ticks);
    responseTimeByPercentile = List.copyOf(responseTimeByPercentile);
    serviceTimeByPercentile = List.copyOf(serviceTimeByPercentile);
  }

  /**
   * A place on a curve of times by percentile.
   *
   * @param percentile 0 to 100
   * @param ms the time in milliseconds that this part of the requests did not exceed
   */
  public record PercentilePoint(double percentile, double ms) {}
}
