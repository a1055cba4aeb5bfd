package dev.muster.coordinator.report.compare;

import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.Summary;
import dev.muster.plan.load.LoadSize;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One run's own figures; nothing here was ever averaged with another run's.
 *
 * @param size how large its load was by plan
 * @param figures what is known of it: times in milliseconds, and no times where no request ended
 * @param verdict whether to believe them; null where they were published by others, who gave none
 */
public record ComparedRun(LoadSize size, Map<Measure, Double> figures, @Nullable Verdict verdict) {

  public ComparedRun {
    figures = Map.copyOf(figures);
  }

  /** The figures of a run of Muster's. */
  static ComparedRun of(Summary run) {
    var figures = new EnumMap<Measure, Double>(Measure.class);
    figures.put(Measure.REQUESTS, (double) run.ledger().sent());
    figures.put(Measure.FAILURES, (double) run.ledger().failed());
    if (run.responseTime().count() > 0) {
      figures.put(Measure.MEDIAN, run.responseTime().p50Ms());
      figures.put(Measure.MEAN, run.responseTime().meanMs());
      figures.put(Measure.P95, run.responseTime().p95Ms());
    }
    figures.put(Measure.REQUESTS_PER_SECOND, run.requestsPerSecond());
    return new ComparedRun(run.size(), figures, run.verdict());
  }

  /** The figure, if it is known. */
  public OptionalDouble figure(Measure measure) {
    Double figure = figures.get(measure);
    return figure == null ? OptionalDouble.empty() : OptionalDouble.of(figure);
  }

  /** Whether its figures need an explanation: it was judged, and is not VALID. */
  public boolean isDoubtful() {
    return verdict != null && verdict.state() != Verdict.State.VALID;
  }
}
