package dev.muster.coordinator.report;

import dev.muster.coordinator.bill.Cost;
import dev.muster.coordinator.merge.Disturbance;
import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.plan.load.LoadSize;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Puts a run's summary together. */
public final class Summaries {

  private static final int DOLLAR_PLACES = 6;

  private Summaries() {}

  /** The summary of a run: its facts as given, its numbers from the merged histograms. */
  public static Summary of(RunFacts facts, RunTotals totals) {
    return new Summary(
        facts.run(),
        facts.size() instanceof LoadSize.Users(int count) ? count : null,
        facts.size() instanceof LoadSize.ArrivalRate(BigDecimal perSecond) ? perSecond : null,
        facts.seed(),
        facts.target(),
        facts.startedAt().toString(),
        facts.durationSeconds(),
        facts.verdict(),
        facts.expected(),
        facts.ledger(),
        totals.dropped(),
        LatencyStats.of(totals.responseTime()),
        LatencyStats.of(totals.serviceTime()),
        LatencyStats.of(totals.scheduleLag()),
        LatencyStats.of(totals.phases().connectTime()),
        LatencyStats.of(totals.phases().tlsTime()),
        LatencyStats.of(totals.phases().timeToFirstByte()),
        totals.perSecond(totals.answered() + totals.failed()),
        facts.workers(),
        series(totals),
        failures(totals),
        facts.disturbances().stream().map(Summaries::disturbed).toList(),
        facts.events(),
        facts.cost().map(cost -> cost(cost, totals.answered())).orElse(null));
  }

  private static Summary.Cost cost(Cost cost, long answered) {
    return new Summary.Cost(
        rounded(cost.usd()),
        answered == 0
            ? null
            : rounded(
                cost.usd()
                    .movePointRight(6)
                    .divide(
                        BigDecimal.valueOf(answered), DOLLAR_PLACES, RoundingMode.HALF_UP)),
        cost.incomplete());
  }

  private static BigDecimal rounded(BigDecimal usd) {
    BigDecimal rounded = usd.setScale(DOLLAR_PLACES, RoundingMode.HALF_UP);
    return rounded.signum() == 0 ? BigDecimal.ZERO : rounded.stripTrailingZeros();
  }

  private static Summary.Disturbed disturbed(Disturbance each) {
    return new Summary.Disturbed(
        each.worker(),
        each.cause().name().toLowerCase(Locale.ROOT),
        each.firstTick(),
        each.lastTick(),
        each.longestMs(),
        each.totalMs());
  }

  private static List<Summary.Series> series(RunTotals totals) {
    return totals.series()
        .entrySet()
        .stream()
        .map(
            entry -> new Summary.Series(
                entry.getKey().name(),
                entry.getKey().method(),
                entry.getKey().outcome().name().toLowerCase(Locale.ROOT),
                entry.getValue().bodyBytes(),
                LatencyStats.of(entry.getValue().responseTime()),
                LatencyStats.of(entry.getValue().serviceTime()),
                LatencyStats.of(entry.getValue().scheduleLag())))
        .toList();
  }

  /** The most frequent first. */
  private static List<Summary.Failure> failures(RunTotals totals) {
    return totals.failures()
        .entrySet()
        .stream()
        .map(
            entry -> new Summary.Failure(
                entry.getKey().kind(),
                entry.getKey().name(),
                entry.getKey().method(),
                entry.getValue().count()))
        .sorted(Comparator.comparingLong(Summary.Failure::count).reversed())
        .toList();
  }
}
