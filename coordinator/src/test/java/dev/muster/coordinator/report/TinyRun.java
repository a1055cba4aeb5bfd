package dev.muster.coordinator.report;

import dev.muster.coordinator.bill.Cost;
import dev.muster.coordinator.merge.Disturbance;
import dev.muster.coordinator.merge.Ledger;
import dev.muster.coordinator.merge.MergedTick;
import dev.muster.coordinator.merge.MergedTick.FailureKey;
import dev.muster.coordinator.merge.PhaseTimes;
import dev.muster.coordinator.merge.SeriesKey;
import dev.muster.coordinator.merge.SeriesKey.Outcome;
import dev.muster.coordinator.merge.SeriesTimes;
import dev.muster.coordinator.merge.Verdict;
import dev.muster.plan.load.LoadSize;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A run small enough to check by hand: three ticks, four answers of 10, 20, 20 and 31.6 ms, and one
 * failure of 2 s. Service times are 1 ms shorter. Ticks 0 and 1 have a connection each, opened in 300 and
 * 400 µs, and a first byte after 8 ms.
 */
final class TinyRun {

  static final Instant STARTED_AT = Instant.parse("2026-08-22T10:00:00.250Z");
  private static final SeriesKey ANSWERED = new SeriesKey(
      "GET",
      "/customerdata/{id}",
      Outcome.ANSWERED);
  private static final SeriesKey FAILED = new SeriesKey(
      "GET",
      "/customerdata/{id}",
      Outcome.FAILED);
  private static final SeriesKey SEARCH = new SeriesKey("POST", "/search, \"all\"",
      Outcome.ANSWERED);

  private TinyRun() {}

  static List<MergedTick> ticks() {
    return List.of(
        tick(0, 1, 2, Map.of(ANSWERED, times(200, 10_000, 20_000))),
        tick(1, 2, 2, Map.of(ANSWERED, times(100, 20_000))),
        new MergedTick(
            2,
            2,
            1,
            0,
            0,
            new TreeMap<>(Map.of(FAILED, times(0, 2_000_000), SEARCH, times(50, 31_600))),
            Map.of(new FailureKey("GET", "/customerdata/{id}", "status_503"), 1L),
            PhaseTimes.empty()));
  }

  private static MergedTick tick(long tick, int users, long sent,
      Map<SeriesKey, SeriesTimes> series) {
    return new MergedTick(tick, users, sent, 0, 0, new TreeMap<>(series), Map.of(), phases(tick));
  }

  private static PhaseTimes phases(long tick) {
    var phases = PhaseTimes.empty();
    phases.connectTime().recordValue(300 + 100 * tick);
    phases.timeToFirstByte().recordValue(8_000);
    return phases;
  }

  /** A tick in which so many requests were answered in 10 ms. */
  static MergedTick answers(long tick, int requests) {
    var micros = new long[requests];
    Arrays.fill(micros, 10_000);
    return tick(tick, 1, requests, Map.of(ANSWERED, times(0, micros)));
  }

  /** Times of requests that were begun 1 ms late. */
  static SeriesTimes times(long bodyBytes, long... responseMicros) {
    var times = SeriesTimes.empty();
    for (long micros : responseMicros) {
      times.responseTime().recordValue(micros);
      times.serviceTime().recordValue(micros - 1_000);
      times.scheduleLag().recordValue(1_000);
    }
    return new SeriesTimes(
        bodyBytes,
        times.responseTime(),
        times.serviceTime(),
        times.scheduleLag());
  }

  static RunTotals totals(List<MergedTick> ticks) {
    var totals = new RunTotals();
    ticks.forEach(totals::read);
    return totals;
  }

  static RunFacts facts(String run, RunTotals totals) {
    return facts(run, totals, Optional.empty());
  }

  static RunFacts facts(String run, RunTotals totals, Optional<Cost> cost) {
    return new RunFacts(
        run,
        new LoadSize.Users(2),
        7,
        "http://localhost:10000",
        STARTED_AT,
        3,
        new Verdict(Verdict.State.VALID, List.of()),
        new Summary.Expected(5.0123456, 0.5),
        new Ledger(totals.sent(), totals.answered(), totals.failed(), 0, 0),
        List.of(),
        List.of(new Disturbance("a", Disturbance.Cause.STALL, 1, 2, 300, 412.3456)),
        List.of(new Summary.Event(1.5, "paused"), new Summary.Event(2.25, "resumed")),
        cost);
  }

  /** The same run as one of 2.5 arrivals per second, of which three found no place. */
  static Summary open() {
    var totals = totals(ticks());
    totals.read(new MergedTick(3, 2, 0, 3, 0, new TreeMap<>(), Map.of(), PhaseTimes.empty()));
    var facts = facts("open_2.5", totals);
    return Summaries.of(
        new RunFacts(
            facts.run(), new LoadSize.ArrivalRate(new BigDecimal("2.5")), facts.seed(),
            facts.target(), facts.startedAt(), facts.durationSeconds(), facts.verdict(),
            facts.expected(), facts.ledger(), facts.workers(), List.of(), List.of(),
            Optional.empty()),
        totals);
  }

  static Summary summary() {
    var totals = totals(ticks());
    return Summaries.of(facts("tiny", totals), totals);
  }
}
