package dev.muster.coordinator.report;

import dev.muster.coordinator.merge.TickPoint;
import dev.muster.coordinator.report.RunResult.PercentilePoint;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** {@code report.html}: an experiment on one page that needs nothing but itself. */
public final class HtmlReport {

  private HtmlReport() {}

  /** The page of {@code experiment}. */
  public static String of(ExperimentResult experiment) {
    return WebPage.of(
        WebPage.resource(HtmlReport.class, "report.js"),
        new Page(
            experiment.name(),
            experiment.planText(),
            experiment.runs().stream().map(PageRun::of).toList(),
            failureWords(experiment)));
  }

  private static Map<String, String> failureWords(ExperimentResult experiment) {
    var words = new TreeMap<String, String>();
    for (var run : experiment.runs()) {
      for (var failure : run.summary().failures()) {
        words.put(failure.kind(), Failures.words(failure.kind()));
      }
    }
    return words;
  }

  private record Page(
      String name,
      String planText,
      List<PageRun> runs,
      Map<String, String> failureWords) {}

  private record PageRun(Summary summary, Ticks ticks, Curve responseTime, Curve serviceTime) {

    static PageRun of(RunResult run) {
      return new PageRun(
          run.summary(),
          Ticks.of(run.ticks()),
          Curve.of(run.responseTimeByPercentile()),
          Curve.of(run.serviceTimeByPercentile()));
    }
  }

  /** By column, as charts want them, and a third as long as a list of objects. */
  @SuppressWarnings("ArrayRecordComponent") // Only ever written; a list would box each number.
  private record Ticks(
      long[] tick,
      long[] users,
      long[] sent,
      long[] dropped,
      long[] answered,
      long[] failed,
      long[] inFlight,
      double[] p50,
      double[] p90,
      double[] p95,
      double[] p99,
      double[] max) {

    static Ticks of(List<TickPoint> ticks) {
      return new Ticks(
          longs(ticks, TickPoint::tick),
          longs(ticks, TickPoint::users),
          longs(ticks, TickPoint::sent),
          longs(ticks, TickPoint::dropped),
          longs(ticks, TickPoint::answered),
          longs(ticks, TickPoint::failed),
          longs(ticks, TickPoint::inFlight),
          doubles(ticks, tick -> tick.responseTime().p50Ms()),
          doubles(ticks, tick -> tick.responseTime().p90Ms()),
          doubles(ticks, tick -> tick.responseTime().p95Ms()),
          doubles(ticks, tick -> tick.responseTime().p99Ms()),
          doubles(ticks, tick -> tick.responseTime().maxMs()));
    }

    private static long[] longs(List<TickPoint> ticks, ToLongFunction<TickPoint> column) {
      return ticks.stream().mapToLong(column).toArray();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // as above
  private record Curve(double[] percentile, double[] ms) {

    static Curve of(List<PercentilePoint> points) {
      return new Curve(
          doubles(points, PercentilePoint::percentile),
          doubles(points, PercentilePoint::ms));
    }
  }

  private static <T> double[] doubles(List<T> rows, ToDoubleFunction<T> column) {
    return rows.stream().mapToDouble(column).toArray();
  }
}
