package dev.muster.coordinator;

import dev.muster.coordinator.merge.Disturbance;
import dev.muster.coordinator.merge.GeneratorEvidence;
import dev.muster.coordinator.merge.Judge;
import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.coordinator.merge.Ledger;
import dev.muster.coordinator.merge.MergedTick;
import dev.muster.coordinator.merge.Merger;
import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.merge.WorkerTally;
import dev.muster.coordinator.report.CsvFormat;
import dev.muster.coordinator.report.ExperimentResult;
import dev.muster.coordinator.report.ResultsFolder;
import dev.muster.coordinator.report.RunFacts;
import dev.muster.coordinator.report.RunFolder;
import dev.muster.coordinator.report.RunResult;
import dev.muster.coordinator.report.RunTotals;
import dev.muster.coordinator.report.Summaries;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.store.Store;
import dev.muster.coordinator.store.StoredEvent;
import dev.muster.coordinator.store.StoredRun;
import dev.muster.coordinator.store.StoredWorker;
import dev.muster.plan.Expectation;
import dev.muster.plan.Plan;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.ArrivalProfile;
import dev.muster.plan.load.LoadChanges;
import dev.muster.plan.load.UserProfile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes results from what is stored, and from nothing else: so they can be written again, and a live
 * view that missed something cannot have missed it here.
 */
public final class StoredResults {

  private final Store store;
  private final Plan plan;
  private final ResultsFolder folder;
  private final CsvFormat csvFormat;

  /** The results of an experiment of {@code plan}, to be written to {@code folder}. */
  public StoredResults(Store store, Plan plan, ResultsFolder folder, CsvFormat csvFormat) {
    this.store = store;
    this.plan = plan;
    this.folder = folder;
    this.csvFormat = csvFormat;
  }

  /**
   * Writes the folder of a run that has ended.
   *
   * @throws IOException if it cannot be written
   */
  public RunResult writeRun(StoredRun run) throws IOException {
    List<StoredWorker> workers = store.workers(run.id());
    var merger = new Merger(workers.stream().map(StoredWorker::id).toList());
    var tallies = new LinkedHashMap<String, WorkerTally>();
    for (StoredWorker worker : workers) {
      tallies.put(worker.id(), new WorkerTally(worker.name()));
      // All that there is of a tick is read before the next, so nobody is waited for.
      merger.giveUp(worker.id());
    }
    Instant start = instant(run.startUnixNanos());
    try (RunFolder files = folder.openRun(run.name(), start, csvFormat)) {
      var reading = new AtomicLong();
      store.readSnapshots(run.id(), stored -> {
        // Only when a tick has been read whole.
        if (reading.getAndSet(stored.snapshot().message().getTick()) < reading.get()) {
          drain(merger, files);
        }
        merger.add(stored.worker(), stored.snapshot());
        WorkerTally tally = tallies.get(stored.worker());
        if (tally != null) {
          tally.add(stored.snapshot());
        }
      });
      drain(merger, files);
      return files.finish(
          Summaries.of(facts(run, start, workers, tallies, files.totals()), files.totals()));
    }
  }

  /** Writes the report of the runs in {@code results}. */
  public void writeReport(String planText, List<RunResult> results) throws IOException {
    folder.writeReport(new ExperimentResult(plan.name(), planText, results));
  }

  private static void drain(Merger merger, RunFolder files) {
    for (Optional<MergedTick> tick = merger.nextFinal(); tick.isPresent(); tick = merger
        .nextFinal()) {
      files.read(tick.get());
    }
  }

  private RunFacts facts(
      StoredRun run,
      Instant start,
      List<StoredWorker> workers,
      Map<String, WorkerTally> tallies,
      RunTotals totals) {
    var parts = new ArrayList<Summary.Worker>();
    Ledger ledger = Ledger.EMPTY;
    var lost = new ArrayList<String>();
    var generators = new ArrayList<GeneratorEvidence>();
    for (StoredWorker worker : workers) {
      WorkerTally tally = tallies.getOrDefault(
          worker.id(), new WorkerTally(worker.name()));
      Ledger own = worker.lost() ? tally.ledgerOfLost(worker.unknownSent()) : tally.ledger();
      ledger = ledger.plus(own);
      if (worker.lost()) {
        lost.add(worker.name());
      }
      generators.add(tally.evidence());
      parts.add(
          new Summary.Worker(
              worker.id(), worker.name(), worker.users(), own.sent(), own.answered(),
              own.failed(), own.inFlight(), own.lost(), worker.lost(), tally.scheduleLag(),
              tally.generator().figures()));
    }
    RunPlan runPlan = new RunPlan(run.index(), plan);
    List<Disturbance> absences = absences(run, runPlan, workers);
    boolean stopped = run.stoppedUnixNanos() != 0;
    long ranNanos = stopped
        ? Math.max(0, run.stoppedUnixNanos() - run.startUnixNanos())
        : runPlan.profile().durationNanos();
    List<StoredEvent> events = store.events(run.id());
    var changes = new LoadChanges(
        events.stream().flatMap(event -> event.change().stream()).toList());
    LatencyStats lag = LatencyStats.of(totals.scheduleLag());
    double busyMicros = totals.meanBusyMicros();
    Expectation expected = expected(runPlan, changes, busyMicros, ranNanos);
    Verdict verdict = Judge.judge(
        new Judge.Evidence(
            ledger, lag, noSocket(totals), totals.dropped(),
            plannedArrivals(runPlan, changes.clock().loadNanos(ranNanos)),
            expected.requests(), expected.sd(),
            () -> expected(runPlan, changes, busyMicros + 1e3 * lag.meanMs(), ranNanos)
                .requests(),
            lost,
            absences, stopped ? ranNanos / 1e9 : -1, generators));
    return new RunFacts(
        run.name(), run.size(), plan.seed(), plan.target().toString(), start,
        runPlan.profile().durationNanos() / 1e9, verdict,
        new Summary.Expected(finite(expected.requests()), finite(expected.sd())), ledger, parts,
        Stream.concat(
            absences.stream(),
            generators.stream().flatMap(each -> each.disturbances().stream())).toList(),
        events.stream()
            .map(event -> new Summary.Event(event.atNanos() / 1e9, event.words()))
            .toList(),
        store.bill()
            .between(
                workers.stream().map(StoredWorker::name).toList(), run.startUnixNanos(),
                run.startUnixNanos() + 1_000_000_000 * totals.endedSeconds()));
  }

  /** When workers were out of touch, as far as there was load. */
  private List<Disturbance> absences(StoredRun run, RunPlan plan, List<StoredWorker> workers) {
    var names = workers.stream().collect(Collectors.toMap(StoredWorker::id, StoredWorker::name));
    long lastTick = (plan.profile().durationNanos() - 1) / 1_000_000_000;
    return store.absences(run.id())
        .stream()
        .filter(absence -> absence.firstTick() <= lastTick)
        .map(absence -> {
          long until = Math.min(absence.lastTick(), lastTick);
          double ms = 1e3 * (until - absence.firstTick() + 1);
          return new Disturbance(
              names.getOrDefault(absence.worker(), absence.worker()), Disturbance.Cause.ABSENT,
              absence.firstTick(), until, ms, ms);
        })
        .toList();
  }

  private static Expectation expected(
      RunPlan run, LoadChanges changes, double answerMicros, long ranNanos) {
    return Expectation.of(
        run, changes, Duration.ofNanos(Math.round(answerMicros * 1_000)), ranNanos);
  }

  private static double plannedArrivals(RunPlan run, long ranNanos) {
    return switch (run.profile()) {
      case UserProfile _ -> 0;
      case ArrivalProfile arrivals ->
        arrivals.meanBefore(Math.min(ranNanos, arrivals.durationNanos()));
    };
  }

  private static long noSocket(RunTotals totals) {
    return totals.failures()
        .entrySet()
        .stream()
        .filter(entry -> entry.getKey().kind().equals("no_socket"))
        .mapToLong(entry -> entry.getValue().count())
        .sum();
  }

  /** JSON knows no infinity; 0 stands for "no number can be expected". */
  private static double finite(double number) {
    return Double.isFinite(number) ? number : 0;
  }

  private static Instant instant(long unixNanos) {
    return Instant.ofEpochSecond(unixNanos / 1_000_000_000, unixNanos % 1_000_000_000);
  }
}
