package dev.muster.coordinator.rpc;

import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.report.CsvFormat;
import dev.muster.coordinator.report.RunResult;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.coordinator.rpc.ResultWriter.Outcome;
import dev.muster.coordinator.run.RunEvent;
import dev.muster.coordinator.store.Store;
import dev.muster.coordinator.store.Store.WorkerSnapshot;
import dev.muster.coordinator.store.StoreException;
import dev.muster.coordinator.store.StoredExperiment;
import dev.muster.coordinator.store.StoredRun;
import dev.muster.coordinator.store.StoredWorker;
import dev.muster.coordinator.store.UnendedExperiment;
import dev.muster.plan.Experiment;
import dev.muster.plan.Plan;
import dev.muster.plan.PlanReading;
import dev.muster.plan.RunPlan;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.RunState;
import dev.muster.v1.SavedRun;
import dev.muster.v1.Snapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The experiments that were submitted, to this process or to one before it that did not end them: one at a time, in the order of submission; its
 * runs one after another, each when the results of the one before are written. Whatever fails, those who
 * follow one hear of its end. For the coordinator's thread.
 */
final class Experiments {

  private static final Logger LOG = LoggerFactory.getLogger(Experiments.class);

  /** Of so many that have ended it tells those who follow them late how they did. */
  private static final int MOST_ENDED = 100;

  private static final DateTimeFormatter ID_TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
      .withZone(ZoneOffset.UTC);

  /** Who delivers late mostly delivers more. */
  private static final Duration LATE_QUIET = Duration.ofSeconds(2);

  private final CoordinatorOptions options;
  private final Store store;
  private final Roster roster;
  private final ResultWriter writer;
  private final Meter meter;
  private final Map<String, Submission> submissions = new LinkedHashMap<>();
  private final ArrayDeque<Submission> waiting = new ArrayDeque<>();
  private final ArrayDeque<Submission> ended = new ArrayDeque<>();

  /** Runs that have ended and of which more has come since, and when it did. */
  private final Map<String, Long> lateRuns = new HashMap<>();

  private @Nullable Submission current;
  private @Nullable ActiveRun run;

  Experiments(
      CoordinatorOptions options, Store store, Roster roster, ResultWriter writer, Meter meter) {
    this.options = options;
    this.store = store;
    this.roster = roster;
    this.writer = writer;
    this.meter = meter;
  }

  /** The run that is going on. */
  @Nullable
  ActiveRun run() {
    return run;
  }

  /** Takes an experiment and returns its id and those of its runs. */
  Map.Entry<String, List<String>> submit(Submission.Wish wish) {
    String id = freshId(wish.plan().name());
    long now = UnixTime.nanos();
    var runs = new ArrayList<StoredRun>();
    for (RunPlan each : Experiment.of(wish.plan()).runs()) {
      runs.add(
          new StoredRun(
              id + "/" + each.size().text(), id, each.index(), each.name(), each.size(),
              RunState.RUN_STATE_WAITING, now, 0, 0));
    }
    store.add(
        new StoredExperiment(
            id, wish.plan().name(), wish.document().getFileName(), wish.document().getText(),
            wish.document().getOverridesList(), wish.csvFormat().text(), now),
        new UnendedExperiment(id, wish.document(), wish.workers(), wish.waitNanos(), false),
        runs);
    var submission = new Submission(id, wish, runs, options.results(id));
    submissions.put(id, submission);
    waiting.add(submission);
    if (current != null) {
      submission.followers().tell(Messages.waiting("Waits for experiment " + current.id() + "."));
    }
    LOG.info("Experiment {} is submitted, {} runs", id, runs.size());
    return Map.entry(id, runs.stream().map(StoredRun::id).toList());
  }

  /** Goes on with what another process has left without an end, or ends it. For once, before all else. */
  void resume(long nowNanos) {
    store.cancelOrphans();
    for (UnendedExperiment each : store.unended()) {
      try {
        if (options.resume()) {
          resume(each);
        } else {
          store.setEnded(each.id());
        }
      } catch (RuntimeException e) {
        LOG.error("Experiment {} cannot go on", each.id(), e);
        store.setEnded(each.id());
      }
    }
    resumeRun(nowNanos);
  }

  private void resume(UnendedExperiment unended) {
    Submission submission = submission(
        store.experiment(unended.id()).orElseThrow(), unended);
    if (unended.stopped()) {
      submission.stop();
    }
    submissions.put(unended.id(), submission);
    waiting.add(submission);
    LOG.info(
        "Experiment {} goes on, {} runs are left", unended.id(), submission.runsLeft().size());
    // For the report over all of them.
    for (StoredRun ended : submission.endedBefore()) {
      writer.write(
          () -> submission.writeRun(options.storeFile(), ended),
          outcome -> writtenAgain(submission, ended, outcome));
    }
  }

  private static Plan plan(PlanDocument document) {
    return switch (Submission.read(document)) {
      case PlanReading.Readable(Plan plan) -> plan;
      case PlanReading.Unreadable unreadable -> throw new IllegalArgumentException(
          "its plan: " + unreadable.problems().getFirst());
    };
  }

  private void writtenAgain(Submission submission, StoredRun run, Outcome<RunResult> outcome) {
    switch (outcome) {
      case Outcome.Written<RunResult>(RunResult result) -> {
        submission.add(result);
        submission.followers()
            .tell(Messages.runEnded(run.id(), SummaryJson.text(result.summary())));
      }
      case Outcome.Failed<RunResult>(Throwable why) -> {
        LOG.error("The results of {} cannot be written again", run.id(), why);
        submission.noteTrouble(String.valueOf(why.getMessage()));
      }
    }
  }

  /** Only the first of those that wait can have been at one. */
  private void resumeRun(long nowNanos) {
    Submission first = waiting.peek();
    StoredRun next = first == null ? null : first.nextRun().orElse(null);
    if (first == null || next == null || next.state() != RunState.RUN_STATE_RUNNING) {
      return;
    }
    SavedRun saved = store.savedRun(next.id()).orElse(null);
    if (saved == null) {
      // Its workers were not ready.
      setState(first, next.id(), RunState.RUN_STATE_WAITING);
      return;
    }
    try {
      run = ActiveRun.resume(first, next, saved, roster, store, meter, nowNanos);
    } catch (RuntimeException e) {
      LOG.error("Run {} cannot go on", next.id(), e);
      waiting.remove();
      first.noteTrouble(String.valueOf(e.getMessage()));
      endExperiment(first, "Run " + next.name() + " could not go on.");
      return;
    }
    current = waiting.remove();
    var _ = first.takeRun();
    LOG.info("Run {} goes on", next.id());
    if (first.isStopped() && !saved.hasStopDrainNanos()) {
      run.stop(false, nowNanos);
    }
  }

  private String freshId(String name) {
    String base = name + "-" + ID_TIME.format(Instant.now());
    String id = base;
    for (int again = 2; store.experiment(id).isPresent(); again++) {
      id = base + "-" + again;
    }
    return id;
  }

  /** How many have not begun. */
  int waiting() {
    return waiting.size();
  }

  /** The experiment of this id, unless it ended long ago. */
  Optional<Submission> find(String experiment) {
    return Optional.ofNullable(submissions.get(experiment));
  }

  /** Stops an experiment; one that has ended stays as it is. */
  void stop(Submission submission, boolean now, long nowNanos) {
    submission.stop();
    try {
      store.setExperimentStopped(submission.id());
    } catch (StoreException e) {
      submission.noteTrouble(String.valueOf(e.getMessage()));
    }
    if (run != null && run.submission() == submission) {
      run.stop(now, nowNanos);
      endRunIfEnded(run);
    } else if (waiting.remove(submission)) {
      endExperiment(submission, "It was stopped before its first run.");
    }
  }

  /** Stops the run that is going on, and no other of its experiment. */
  void stopRun(long nowNanos) {
    if (run != null) {
      run.stop(false, nowNanos);
      endRunIfEnded(run);
    }
  }

  /** Some time has passed. */
  void turn(long nowNanos) {
    writeLate(nowNanos);
    if (run != null) {
      apply(run, new RunEvent.TimePassed(), nowNanos);
    } else if (!writer.isBusy()) {
      // A run beside it would share the machine with the writing, and be told of out of turn.
      startNext(nowNanos);
    }
  }

  /** Lets a run know of {@code event}, and ends it if that is its end. */
  void apply(ActiveRun to, RunEvent event, long nowNanos) {
    to.on(event, nowNanos);
    endRunIfEnded(to);
  }

  /**
   * Keeps a snapshot of a run that is not going on. Nobody wants it, if the run has no such worker; else its
   * results are written again, some time after the last of them.
   *
   * @throws StoreException if it cannot be kept
   */
  void addLate(WorkerSnapshot snapshot, long nowNanos) {
    String runId = snapshot.snapshot().message().getRunId();
    Optional<StoredWorker> worker = store.workers(runId)
        .stream()
        .filter(each -> each.id().equals(snapshot.worker()))
        .findFirst();
    if (worker.isEmpty() || !worker.get().lost() || store.add(List.of(snapshot)).isEmpty()) {
      return;
    }
    store.put(runId, withLate(worker.get(), snapshot.snapshot().message()));
    lateRuns.put(runId, nowNanos);
  }

  /** What it has now told of was among what nobody knew of it. */
  private static StoredWorker withLate(StoredWorker worker, Snapshot snapshot) {
    // Its last comes after all others, as they are handed in in order.
    boolean whole = snapshot.getLast();
    return new StoredWorker(
        worker.id(), worker.name(), worker.users(), !whole,
        whole ? 0 : Math.max(0, worker.unknownSent() - snapshot.getSent()));
  }

  private void writeLate(long nowNanos) {
    var quiet = lateRuns.entrySet()
        .stream()
        .filter(entry -> nowNanos - entry.getValue() > LATE_QUIET.toNanos())
        .map(Map.Entry::getKey)
        .toList();
    for (String runId : quiet) {
      String experiment = StoredRun.experimentOf(runId);
      Submission submission = submissions.get(experiment);
      if (submission != null && (submission == current || waiting.contains(submission))) {
        // When all of it has ended.
        lateRuns.put(runId, nowNanos);
        continue;
      }
      lateRuns.remove(runId);
      try {
        writeAgain(submission != null ? submission : fromStore(experiment), runId);
      } catch (RuntimeException e) {
        notWrittenAgain(runId, e);
      }
    }
  }

  private void writeAgain(Submission submission, String runId) {
    LOG.info("The results of {} are written again, with what came late", runId);
    List<StoredRun> runs = store.runs(submission.id());
    writer.write(
        () -> submission.writeAll(options.storeFile(), runs),
        outcome -> {
          if (outcome instanceof Outcome.Failed<Path>(Throwable why)) {
            notWrittenAgain(runId, why);
          }
        });
  }

  private static void notWrittenAgain(String runId, Throwable why) {
    LOG.error(
        "What came late of {} is stored, but its results cannot be written again: {}", runId,
        why.getMessage());
  }

  /** One that ended long ago or under another process. What its plan took from an environment is not kept. */
  private Submission fromStore(String id) {
    StoredExperiment experiment = store.experiment(id).orElseThrow();
    PlanDocument document = PlanDocument.newBuilder()
        .setFileName(experiment.fileName())
        .setText(experiment.planText())
        .addAllOverrides(experiment.overrides())
        .build();
    return submission(experiment, new UnendedExperiment(id, document, 0, 0, false));
  }

  private Submission submission(StoredExperiment experiment, UnendedExperiment rest) {
    var wish = new Submission.Wish(
        rest.document(), plan(rest.document()),
        CsvFormat.of(experiment.csvFormat()).orElseThrow(), rest.workers(), rest.waitNanos());
    return new Submission(
        rest.id(), wish, store.runs(rest.id()), options.results(rest.id()));
  }

  private void startNext(long nowNanos) {
    if (current == null) {
      current = waiting.poll();
    }
    Submission submission = current;
    if (submission == null) {
      return;
    }
    int joined = roster.size();
    int wanted = submission.workersWanted();
    if (submission.runsLeft().isEmpty()) {
      endExperiment(submission, "");
    } else if (submission.isStopped()) {
      endExperiment(submission, "It was stopped before its last run.");
    } else if (joined >= wanted) {
      startRun(submission, submission.takeRun().orElseThrow(), nowNanos);
    } else if (submission.hasWaitedTooLong(nowNanos)) {
      endExperiment(
          submission,
          "Only " + joined + " of " + wanted + " workers have joined in the time given.");
    } else {
      submission.followers()
          .tellOnce(
              Messages.waiting("Waits for workers: " + joined + " of " + wanted + " have joined."));
    }
  }

  private void startRun(Submission submission, StoredRun stored, long nowNanos) {
    try {
      store.setState(stored.id(), RunState.RUN_STATE_RUNNING);
    } catch (StoreException e) {
      submission.noteTrouble(String.valueOf(e.getMessage()));
      endExperiment(submission, "Run " + stored.name() + " did not start.");
      return;
    }
    run = ActiveRun.begin(submission, stored, roster, store, meter, nowNanos);
    endRunIfEnded(run);
  }

  private void endRunIfEnded(ActiveRun of) {
    if (run == of && of.ended().isPresent()) {
      run = null;
      endRun(of, of.ended().get());
    } else if (run == of) {
      of.tellProgress();
    }
  }

  private void endRun(ActiveRun of, String problem) {
    Submission submission = of.submission();
    if (!problem.isEmpty()) {
      setState(submission, of.id(), RunState.RUN_STATE_CANCELLED);
      endExperiment(submission, "Run " + of.name() + " did not start: " + problem + ".");
      return;
    }
    of.tellProgress();
    try {
      StoredRun ended = of.conclude();
      writer.write(
          () -> submission.writeRun(options.storeFile(), ended),
          outcome -> runWritten(submission, ended, outcome));
    } catch (RuntimeException e) {
      resultsFailed(submission, of.id(), of.name(), e);
    }
  }

  private void runWritten(Submission submission, StoredRun run, Outcome<RunResult> outcome) {
    switch (outcome) {
      case Outcome.Written<RunResult>(RunResult result) -> {
        submission.add(result);
        setState(submission, run.id(), RunState.RUN_STATE_ENDED);
        submission.followers()
            .tell(Messages.runEnded(run.id(), SummaryJson.text(result.summary())));
        if (submission.runsLeft().isEmpty()) {
          endExperiment(submission, "");
        }
      }
      case Outcome.Failed<RunResult>(Throwable why) -> resultsFailed(
          submission, run.id(), run.name(), why);
    }
  }

  /** Whatever it was, those who follow must hear of the end. */
  private void resultsFailed(Submission submission, String runId, String name, Throwable why) {
    LOG.error("The results of {} cannot be written", runId, why);
    setState(submission, runId, RunState.RUN_STATE_ENDED);
    endExperiment(
        submission, "The results of " + name + " cannot be written: " + why.getMessage() + ".");
  }

  /** Ends an experiment; when it has results, as soon as the report over them is written. */
  private void endExperiment(Submission submission, String problem) {
    List<RunResult> results = submission.takeResults();
    if (results.isEmpty()) {
      ended(submission, problem);
    } else {
      writer.write(
          () -> submission.writeReport(results),
          outcome -> reportWritten(submission, problem, outcome));
    }
  }

  private void reportWritten(Submission submission, String problem, Outcome<Path> outcome) {
    switch (outcome) {
      case Outcome.Written<Path> _ -> ended(submission, problem);
      case Outcome.Failed<Path>(Throwable why) -> {
        LOG.error("The report of {} cannot be written", submission.id(), why);
        ended(
            submission,
            (problem + " The report cannot be written: " + why.getMessage() + ".").strip());
      }
    }
  }

  private void ended(Submission submission, String problem) {
    if (current == submission) {
      current = null;
    }
    try {
      store.setEnded(submission.id());
    } catch (StoreException e) {
      LOG.error("The end of {} could not be stored: {}", submission.id(), e.getMessage());
      submission.noteTrouble(String.valueOf(e.getMessage()));
    }
    String said = submission.withTrouble(problem);
    LOG.info("Experiment {} has ended. {}", submission.id(), said);
    submission.followers().end(Messages.experimentEnded(said));
    ended.add(submission);
    if (ended.size() > MOST_ENDED) {
      submissions.remove(ended.remove().id());
    }
  }

  private void setState(Submission submission, String runId, RunState state) {
    try {
      store.setState(runId, state);
    } catch (StoreException e) {
      LOG.error("The state of run {} could not be stored: {}", runId, e.getMessage());
      submission.noteTrouble(String.valueOf(e.getMessage()));
    }
  }
}
