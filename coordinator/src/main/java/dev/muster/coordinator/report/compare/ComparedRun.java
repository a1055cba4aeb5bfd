package dev.muster.coordinator.report.compare;

import dev.muster.coordinator.bill.Dollars;
import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.Summary;
import dev.muster.plan.load.LoadSize;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run's own figures; nothing here was ever averaged with another run's.
 *
 * @param size how large its load was by plan
 * @param figures what is known of it: times in milliseconds, and no times where no request ended; no cost
 *     where not every price is known, as less than the whole compares with nothing
 * @param verdict whether to believe them; null where they were published by others, who gave none
 * @param remarks what must be known to read them, as sentences that lack the run's name in front
 */
public record ComparedRun(
    LoadSize size,
    Map<Measure, Double> figures,
    @Nullable Verdict verdict,
    List<String> remarks) {

  /** What somebody did that makes a run's load another than planned; one that was stopped is DEGRADED. */
  private static final Pattern CHANGE = Pattern.compile("scaled to .*|paused|resumed");

  public ComparedRun {
    figures = Map.copyOf(figures);
    remarks = List.copyOf(remarks);
  }

  /** A run of which nothing is to be remarked. */
  public ComparedRun(LoadSize size, Map<Measure, Double> figures, @Nullable Verdict verdict) {
    this(size, figures, verdict, List.of());
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
    Summary.Cost cost = run.cost();
    if (cost != null && !cost.incomplete()) {
      figures.put(Measure.COST, cost.usd().doubleValue());
      BigDecimal perMillion = cost.usdPerMillionAnswered();
      if (perMillion != null) {
        figures.put(Measure.COST_PER_MILLION, perMillion.doubleValue());
      }
    }
    return new ComparedRun(
        run.size(), figures, run.verdict(),
        Stream.of(changed(run), partlyPriced(run)).flatMap(Optional::stream).toList());
  }

  private static Optional<String> changed(Summary run) {
    List<Summary.Event> changes = run.events()
        .stream()
        .filter(event -> CHANGE.matcher(event.what()).matches())
        .toList();
    return changes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            changes.stream()
                .map(
                    event -> String.format(
                        Locale.ROOT, "%s at %.1f s", event.what(), event.second()))
                .collect(
                    Collectors.joining(
                        ", ", "was ",
                        ": it stands where it was planned, and its figures are of all of it.")));
  }

  private static Optional<String> partlyPriced(Summary run) {
    Summary.Cost cost = run.cost();
    return cost == null || !cost.incomplete()
        ? Optional.empty()
        : Optional.of(
            "cost at least " + Dollars.text(cost.usd())
                + ", and how much is not known: machines of it have no known price.");
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
