package dev.muster.coordinator.report;

import dev.muster.coordinator.bill.Cost;
import dev.muster.coordinator.merge.Disturbance;
import dev.muster.coordinator.merge.GeneratorFigures;
import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.coordinator.merge.Ledger;
import dev.muster.coordinator.merge.MergedTick;
import dev.muster.coordinator.merge.MergedTick.FailureKey;
import dev.muster.coordinator.merge.PhaseTimes;
import dev.muster.coordinator.merge.SeriesKey;
import dev.muster.coordinator.merge.SeriesKey.Outcome;
import dev.muster.coordinator.merge.SeriesTimes;
import dev.muster.coordinator.merge.Verdict;
import dev.muster.plan.load.LoadSize;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A made-up experiment that looks like a real one: users who think for 7 s against a service that
 * answers about 180 requests a second. Its {@code main} writes it to the folder named.
 */
final class SampleExperiment {

  private static final int SECONDS = 180;
  private static final int DRAIN_SECONDS = 6;
  private static final double PER_SECOND_AT_MOST = 180;
  private static final double THINK_SECONDS = 7;
  private static final String PLAN = """
      name: three_tier
      target: http://localhost:10000
      scenario:
        - get: /customerdata/${random(1, 4499)}
          name: /customerdata/{id}
        - think: 5s..9s
      load:
        users: [50, 100, 200, 400, 800, 1500]     # a list: one run for each
        spawn: 10/s
        step: { users: 10%, every: 15s }
        duration: 3m
      """;

  private SampleExperiment() {}

  public static void main(String[] arguments) throws IOException {
    write(Path.of(arguments[0]), List.of(50, 100, 200, 400, 800, 1500));
  }

  /** Writes an experiment with a run for each number of users. */
  static ExperimentResult write(Path path, List<Integer> users) throws IOException {
    var folder = new ResultsFolder(path);
    var startedAt = Instant.parse("2026-11-23T09:00:00Z");
    var runs = new ArrayList<RunResult>();
    for (int count : users) {
      var name = "three_tier_" + count;
      try (var run = folder.openRun(name, startedAt, CsvFormat.LOCUST_0_14)) {
        ticks(count).forEach(run::read);
        runs.add(run.finish(summary(name, count, startedAt, run.totals())));
      }
      startedAt = startedAt.plusSeconds(SECONDS + 20);
    }
    var experiment = new ExperimentResult("three_tier", PLAN, runs);
    folder.writeReport(experiment);
    return experiment;
  }

  private static List<MergedTick> ticks(int users) {
    var random = new Random(users);
    var ends = new TreeMap<Long, List<End>>();
    var ticks = new ArrayList<MergedTick>();
    double waiting = 0;
    long inFlight = 0;
    for (long tick = 0; tick < SECONDS + DRAIN_SECONDS; tick++) {
      int running = tick < SECONDS ? (int) Math.min(users, users / 10 * (1 + tick / 15)) : 0;
      double waitSeconds = waiting / PER_SECOND_AT_MOST;
      double mean = running / (THINK_SECONDS + waitSeconds);
      long sent = Math.max(0, Math.round(mean + random.nextGaussian() * Math.sqrt(mean)));
      waiting = Math.max(0, waiting + sent - PER_SECOND_AT_MOST);
      for (long request = 0; request < sent; request++) {
        var end = End.of(random, waitSeconds, mean / PER_SECOND_AT_MOST);
        long endTick = (long) (tick + random.nextDouble() + end.micros / 1e6);
        ends.computeIfAbsent(endTick, _ -> new ArrayList<>()).add(end);
      }
      var now = ends.getOrDefault(tick, List.of());
      inFlight += sent - now.size();
      ticks.add(tick(tick, running, sent, inFlight, now));
    }
    return ticks;
  }

  private static MergedTick tick(long tick, int users, long sent, long inFlight, List<End> ends) {
    var series = new TreeMap<SeriesKey, SeriesTimes>();
    var failures = new TreeMap<FailureKey, Long>(Failures.BY_NAME);
    var phases = PhaseTimes.empty();
    for (var end : ends) {
      if (!end.failure.equals("timeout")) {
        phases.timeToFirstByte().recordValue(end.micros - Math.min(end.micros / 20, 900));
      }
      var outcome = end.failure.isEmpty() ? Outcome.ANSWERED : Outcome.FAILED;
      var key = new SeriesKey("GET", "/customerdata/{id}", outcome);
      var times = series.getOrDefault(key, SeriesTimes.empty());
      times.responseTime().recordValue(end.micros + end.lagMicros);
      times.serviceTime().recordValue(end.micros);
      times.scheduleLag().recordValue(end.lagMicros);
      series.put(
          key,
          new SeriesTimes(
              times.bodyBytes() + (end.failure.isEmpty() ? 312 : 0),
              times.responseTime(),
              times.serviceTime(),
              times.scheduleLag()));
      if (phases.connectTime().getTotalCount() < users / 200) {
        phases.connectTime().recordValue(180 + end.lagMicros);
      }
      if (!end.failure.isEmpty()) {
        failures.merge(new FailureKey("GET", "/customerdata/{id}", end.failure), 1L, Long::sum);
      }
    }
    return new MergedTick(
        tick, users, sent, 0, inFlight, series, Map.copyOf(failures), phases);
  }

  private record End(long micros, long lagMicros, String failure) {

    static End of(Random random, double waitSeconds, double load) {
      double own = 26_000 * Math.exp(0.18 * random.nextGaussian())
          / Math.max(0.08, 1 - Math.min(load, 0.95));
      double slow = random.nextDouble() < 0.004 ? 180_000 * random.nextDouble() : 0;
      long micros = Math.round(own + slow + waitSeconds * 1e6 * (0.9 + 0.2 * random.nextDouble()));
      long lag = Math.round(40 * Math.exp(0.6 * random.nextGaussian()));
      double fate = random.nextDouble() * (1 + 8 * Math.max(0, 1 - load));
      String failure = load < 0.9 || fate > 0.009 ? "" : fate > 0.0012 ? "status_503" : "timeout";
      return new End(failure.equals("timeout") ? 5_000_000 : micros, lag, failure);
    }
  }

  private static Summary summary(String run, int users, Instant startedAt, RunTotals totals) {
    long inFlight = totals.ticks().getLast().inFlight();
    var ledger = new Ledger(totals.sent(), totals.answered(), totals.failed(), inFlight, 0);
    var verdict = users < 1500
        ? new Verdict(Verdict.State.VALID, List.of())
        : new Verdict(
            Verdict.State.DEGRADED,
            List.of(
                "The generator stood still: worker-3 in 6 of 186 ticks (98 to 103), for 912 ms at the "
                    + "longest. Answers that came meanwhile were read late. See what else its machine "
                    + "had to do."));
    double expected = totals.sent() * 1.003;
    return Summaries.of(
        new RunFacts(
            run,
            new LoadSize.Users(users),
            20201,
            "http://localhost:10000",
            startedAt,
            SECONDS,
            verdict,
            new Summary.Expected(expected, Math.sqrt(expected) / 5),
            ledger,
            workers(users, ledger, LatencyStats.of(totals.scheduleLag())),
            users < 1500
                ? List.of()
                : List.of(
                    new Disturbance("worker-3", Disturbance.Cause.STALL, 98, 103, 912, 4_710),
                    new Disturbance("worker-1", Disturbance.Cause.STEAL, 140, 140, 120, 120)),
            users < 1500 ? List.of() : List.of(new Summary.Event(60.5, "scaled to 1600 users")),
            Optional.of(new Cost(new BigDecimal("0.014985"), false))),
        totals);
  }

  private static List<Summary.Worker> workers(int users, Ledger all, LatencyStats lag) {
    var workers = new ArrayList<Summary.Worker>();
    for (int index = 0; index < 4; index++) {
      workers.add(
          new Summary.Worker(
              "7c1e09d" + index,
              "worker-" + (index + 1),
              part(users, index),
              part(all.sent(), index),
              part(all.answered(), index),
              part(all.failed(), index),
              part(all.inFlight(), index),
              0,
              false,
              lag,
              new GeneratorFigures(2, 11.4, 23.9, 14.2, 1.5, 38, 9, index == 2 ? 912 : 6)));
    }
    return workers;
  }

  private static int part(long whole, int index) {
    return (int) ((whole + 3 - index) / 4);
  }
}
