package dev.muster.coordinator.rpc;

import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.merge.SnapshotCheck;
import dev.muster.coordinator.report.RunResult;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.coordinator.run.RunEvent;
import dev.muster.coordinator.store.Store;
import dev.muster.coordinator.store.Store.WorkerSnapshot;
import dev.muster.coordinator.store.StoreException;
import dev.muster.coordinator.store.StoredExperiment;
import dev.muster.coordinator.store.StoredRun;
import dev.muster.plan.Experiment;
import dev.muster.plan.RunPlan;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.RunState;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator's thread. Everything that happens comes to it through one queue, and all state is
 * its own, so no rule needs a lock. It takes what has queued up in one go and stores all snapshots in
 * it in one transaction before it acknowledges any.
 *
 * <p>One experiment at a time, in the order of submission; its runs one after another.
 */
final class CoordinatorLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorLoop.class);
  private static final long TURN_MILLIS = 50;
  private static final int MOST_AT_ONCE = 10_000;
  private static final Duration CLOCK_PROBE_EVERY = Duration.ofSeconds(10);

  /** When this thread stands still for longer, that is no silence of the workers. */
  private static final Duration LONGEST_TURN = Duration.ofSeconds(1);

  private static final DateTimeFormatter ID_TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
      .withZone(ZoneOffset.UTC);

  /** Something that reached the queue. */
  private sealed interface Message {

    /** A snapshot, to be stored with those that came with it. */
    record Snapshot(WorkerSession session, dev.muster.v1.Snapshot snapshot) implements Message {}

    /** Anything else. */
    record Task(Runnable task) implements Message {}
  }

  private final CoordinatorOptions options;
  private final Store store;
  private final LinkedBlockingQueue<Message> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private final Roster roster = new Roster();
  private final Map<String, Submission> submissions = new LinkedHashMap<>();
  private final ArrayDeque<Submission> waiting = new ArrayDeque<>();
  private @Nullable Submission current;
  private @Nullable ActiveRun run;
  private long turnedNanos = System.nanoTime();
  private long nowNanos;
  private long probedNanos;
  private volatile boolean closed;

  CoordinatorLoop(CoordinatorOptions options, Store store) {
    this.options = options;
    this.store = store;
    store.cancelUnended();
    this.thread = Thread.ofPlatform().name("coordinator").start(this::runLoop);
  }

  /** Lets {@code task} run on the coordinator's thread. From any thread. */
  void execute(Runnable task) {
    queue.add(new Message.Task(task));
  }

  /** As {@link #execute}, with a result or an exception. From any thread. */
  <T> CompletableFuture<T> call(Callable<T> task) {
    var result = new CompletableFuture<T>();
    execute(() -> {
      try {
        result.complete(task.call());
      } catch (Exception e) {
        result.completeExceptionally(e);
      }
    });
    return result;
  }

  // ---- what workers say

  /** A worker has joined, for the first time or again. */
  void joined(WorkerSession session) {
    roster.join(session);
    if (run != null && run.hasMember(session.id())) {
      apply(run, new RunEvent.LinkIsBack(session.id()));
    }
  }

  /** A worker's stream has ended; its other side is ended with {@code status}. */
  void left(WorkerSession session, Status status) {
    session.end(status);
    if (roster.leave(session) && run != null && run.hasMember(session.id())) {
      apply(run, new RunEvent.LinkBroke(session.id()));
    }
  }

  /** A worker said something. From any thread. */
  void said(WorkerSession session, JoinRequest message, long atUnixNanos) {
    if (message.hasSnapshot()) {
      queue.add(new Message.Snapshot(session, message.getSnapshot()));
    } else {
      execute(() -> read(session, message, atUnixNanos));
    }
  }

  private void read(WorkerSession session, JoinRequest message, long atUnixNanos) {
    switch (message.getMessageCase()) {
      case CLOCK_READING -> session.read(message.getClockReading(), atUnixNanos);
      case PREPARED -> applyTo(
          message.getPrepared().getRunId(),
          new RunEvent.WorkerPrepared(session.id(), message.getPrepared().getProblem()),
          session);
      case HEALTH -> applyTo(
          message.getHealth().getRunId(),
          new RunEvent.HealthReported(session.id(), message.getHealth().getSent()), session);
      case HELLO, SNAPSHOT, MESSAGE_NOT_SET -> LOG.debug("A message out of place");
    }
  }

  private void applyTo(String runId, RunEvent event, WorkerSession session) {
    if (run != null && run.isOf(runId, session.id())) {
      apply(run, event);
    } else if (!runId.isEmpty()) {
      // Nobody waits for that run any more, so it must not send load beside another.
      session.send(Messages.stop(runId, 0));
    }
  }

  // ---- what people ask

  /** Takes an experiment and returns its id and those of its runs. */
  Map.Entry<String, List<String>> submit(Submission.Wish wish) {
    String id = freshId(wish.plan().name());
    long now = UnixTime.nanos();
    var runs = new ArrayList<StoredRun>();
    for (RunPlan each : Experiment.of(wish.plan()).runs()) {
      runs.add(
          new StoredRun(
              id + "/" + each.users(), id, each.index(), each.name(), each.users(),
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

  /** An experiment that was submitted to this process. */
  Optional<Submission> submission(String experiment) {
    return Optional.ofNullable(submissions.get(experiment));
  }

  Store store() {
    return store;
  }

  List<String> workerNames() {
    return List.copyOf(roster.names().values());
  }

  /** Stops an experiment; one that has ended stays as it is. */
  void stop(Submission submission, boolean now) {
    submission.stop();
    if (run != null && run.submission() == submission) {
      run.stop(now, nowNanos);
      endRunIfEnded(run);
    } else if (waiting.remove(submission)) {
      endExperiment(submission, "It was stopped before its first run.");
    }
  }

  // ---- the loop

  private void runLoop() {
    var batch = new ArrayList<Message>();
    while (!closed) {
      try {
        Message first = queue.poll(TURN_MILLIS, TimeUnit.MILLISECONDS);
        passTime();
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, MOST_AT_ONCE);
        }
        handle(batch);
        guarded(this::turn);
      } catch (InterruptedException e) {
        return;
      } finally {
        batch.clear();
      }
    }
  }

  /** One bad message must not end everybody's run, nor take those that came with it. */
  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("The coordinator met a defect of its own and goes on", e);
    }
  }

  private void passTime() {
    long nanos = System.nanoTime();
    nowNanos += Math.min(nanos - turnedNanos, LONGEST_TURN.toNanos());
    turnedNanos = nanos;
  }

  private void handle(List<Message> batch) {
    var snapshots = new ArrayList<Message.Snapshot>();
    for (Message message : batch) {
      switch (message) {
        case Message.Snapshot snapshot -> snapshots.add(snapshot);
        case Message.Task(Runnable task) -> {
          guarded(() -> keep(snapshots));
          snapshots.clear();
          guarded(task);
        }
      }
    }
    guarded(() -> keep(snapshots));
  }

  /** Stores snapshots, then merges and acknowledges them. */
  private void keep(List<Message.Snapshot> snapshots) {
    ActiveRun into = run;
    var mine = new ArrayList<Message.Snapshot>();
    for (Message.Snapshot each : snapshots) {
      if (into == null || !into.isAssigned(each.snapshot().getRunId(), each.session().id())) {
        forget(each);
      } else {
        SnapshotCheck.problemOf(each.snapshot(), into.mostTicks())
            .ifPresentOrElse(
                problem -> refuse(each.session(), problem),
                () -> mine.add(each));
      }
    }
    if (into == null || mine.isEmpty()) {
      return;
    }
    List<WorkerSnapshot> added;
    try {
      added = store.add(
          mine.stream().map(s -> new WorkerSnapshot(s.session().id(), s.snapshot())).toList());
    } catch (StoreException e) {
      sendBack(into, mine, e);
      return;
    }
    added.forEach(into::add);
    into.tellProgress();
    for (Message.Snapshot each : mine) {
      if (run == into) {
        apply(
            into,
            new RunEvent.SnapshotStored(
                each.session().id(), each.snapshot().getSequence(), each.snapshot().getLast()));
      } else {
        forget(each);
      }
    }
  }

  /** Nobody wants this snapshot any more: the worker may forget it, and is to end its run. */
  private void forget(Message.Snapshot snapshot) {
    String of = snapshot.snapshot().getRunId();
    roster.send(
        snapshot.session().id(), Messages.acknowledge(of, snapshot.snapshot().getSequence()));
    if (!snapshot.snapshot().getLast()) {
      roster.send(snapshot.session().id(), Messages.stop(of, 0));
    }
  }

  /** Ends the stream of a worker that must not come back: what it sent makes no sense. */
  void refuse(WorkerSession session, String problem) {
    LOG.error("Worker {} is refused: {}", session.name(), problem);
    left(session, Status.INVALID_ARGUMENT.withDescription(problem));
  }

  /**
   * The store failed. The workers keep what is not acknowledged and bring it again over a new stream;
   * so nothing is lost, and nothing piles up here.
   */
  private void sendBack(ActiveRun of, List<Message.Snapshot> snapshots, StoreException why) {
    LOG.error(
        "{} snapshots could not be stored, their workers will send them again: {}",
        snapshots.size(), why.getMessage());
    of.submission().noteTrouble(String.valueOf(why.getMessage()));
    snapshots.stream()
        .map(Message.Snapshot::session)
        .distinct()
        .forEach(
            session -> left(
                session, Status.UNAVAILABLE.withDescription("the coordinator cannot store")));
  }

  private void turn() {
    if (nowNanos - probedNanos > CLOCK_PROBE_EVERY.toNanos()) {
      probedNanos = nowNanos;
      roster.probeClocks();
    }
    if (run != null) {
      apply(run, new RunEvent.TimePassed());
    } else {
      startNext();
    }
  }

  private void apply(ActiveRun to, RunEvent event) {
    to.on(event, nowNanos);
    endRunIfEnded(to);
  }

  // ---- experiments and their runs

  private void startNext() {
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
      startRun(submission, submission.takeRun().orElseThrow());
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

  private void startRun(Submission submission, StoredRun stored) {
    try {
      store.setState(stored.id(), RunState.RUN_STATE_RUNNING);
    } catch (StoreException e) {
      submission.noteTrouble(String.valueOf(e.getMessage()));
      endExperiment(submission, "Run " + stored.name() + " did not start.");
      return;
    }
    run = new ActiveRun(submission, stored, roster, store);
    apply(run, new RunEvent.Began());
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
      RunResult result = submission.writeRun(store, of.conclude());
      setState(submission, of.id(), RunState.RUN_STATE_ENDED);
      submission.followers()
          .tell(Messages.runEnded(of.id(), SummaryJson.text(result.summary())));
    } catch (IOException | RuntimeException e) {
      // Whatever it was, those who follow must hear of the end.
      LOG.error("The results of {} cannot be written", of.id(), e);
      setState(submission, of.id(), RunState.RUN_STATE_ENDED);
      endExperiment(
          submission,
          "The results of " + of.name() + " cannot be written: " + e.getMessage() + ".");
    }
  }

  private void endExperiment(Submission submission, String problem) {
    if (current == submission) {
      current = null;
    }
    String said = problem;
    try {
      submission.writeReport(store);
    } catch (IOException | RuntimeException e) {
      LOG.error("The report of {} cannot be written", submission.id(), e);
      said = (said + " The report cannot be written: " + e.getMessage() + ".").strip();
    }
    submission.runsLeft()
        .forEach(left -> setState(submission, left.id(), RunState.RUN_STATE_CANCELLED));
    said = submission.withTrouble(said);
    LOG.info("Experiment {} has ended. {}", submission.id(), said);
    submission.followers().end(Messages.experimentEnded(said));
  }

  private void setState(Submission submission, String runId, RunState state) {
    try {
      store.setState(runId, state);
    } catch (StoreException e) {
      LOG.error("The state of run {} could not be stored: {}", runId, e.getMessage());
      submission.noteTrouble(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    roster.close();
  }
}
