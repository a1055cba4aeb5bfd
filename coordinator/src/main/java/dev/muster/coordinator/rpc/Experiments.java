package dev.muster.coordinator.rpc;

import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.report.RunResult;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.coordinator.rpc.ResultWriter.Outcome;
import dev.muster.coordinator.run.RunEvent;
import dev.muster.coordinator.store.Store;
import dev.muster.coordinator.store.StoreException;
import dev.muster.coordinator.store.StoredExperiment;
import dev.muster.coordinator.store.StoredRun;
import dev.muster.plan.Experiment;
import dev.muster.plan.RunPlan;
import dev.muster.v1.RunState;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The experiments that were submitted to this process: one at a time, in the order of submission; its
 * runs one after another, each when the results of the one before are written. Whatever fails, those who
 * follow one hear of its end. For the coordinator's thread.
 */
final class Experiments {

  private static final Logger LOG = LoggerFactory.getLogger(Experiments.class);

  /** Of so many that have ended it tells those who follow them late how they did. */
  private static final int MOST_ENDED = 100;

  private static final DateTimeFormatter ID_TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
      .withZone(ZoneOffset.UTC);

  private final CoordinatorOptions options;
  private final Store store;
  private final Roster roster;
  private final ResultWriter writer;
  private final Map<String, Submission> submissions = new LinkedHashMap<>();
  private final ArrayDeque<Submission> waiting = new ArrayDeque<>();
  private final ArrayDeque<Submission> ended = new ArrayDeque<>();
  private @Nullable Submission current;
  private @Nullable ActiveRun run;

  Experiments(CoordinatorOptions options, Store store, Roster roster, ResultWriter writer) {
    this.options = options;
    this.store = store;
    this.roster = roster;
    this.writer = writer;
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
    if (run != null && run.submission() == submission) {
      run.stop(now, nowNanos);
      endRunIfEnded(run);
    } else if (waiting.remove(submission)) {
      endExperiment(submission, "It was stopped before its first run.");
    }
  }

  /** Some time has passed. */
  void turn(long nowNanos) {
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
    if (submission.isStopped()) {
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
    run = new ActiveRun(submission, stored, roster, store);
    apply(run, new RunEvent.Began(), nowNanos);
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
    submission.runsLeft()
        .forEach(left -> setState(submission, left.id(), RunState.RUN_STATE_CANCELLED));
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
