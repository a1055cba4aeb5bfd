package dev.muster.coordinator.rpc;

import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.StoredResults;
import dev.muster.coordinator.report.CsvFormat;
import dev.muster.coordinator.report.ResultsFolder;
import dev.muster.coordinator.report.RunResult;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.coordinator.run.RunAction;
import dev.muster.coordinator.run.RunEvent;
import dev.muster.coordinator.run.RunMachine;
import dev.muster.coordinator.store.Store;
import dev.muster.coordinator.store.Store.WorkerSnapshot;
import dev.muster.coordinator.store.StoredExperiment;
import dev.muster.coordinator.store.StoredRun;
import dev.muster.coordinator.store.StoredWorker;
import dev.muster.plan.Experiment;
import dev.muster.plan.Plan;
import dev.muster.plan.RunPlan;
import dev.muster.v1.Acknowledge;
import dev.muster.v1.Assign;
import dev.muster.v1.ExperimentEnded;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.LaneRange;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.Prepare;
import dev.muster.v1.RunEnded;
import dev.muster.v1.RunStarted;
import dev.muster.v1.RunState;
import dev.muster.v1.Start;
import dev.muster.v1.Stop;
import dev.muster.v1.Waiting;
import dev.muster.v1.Welcome;
import java.io.IOException;
import java.io.UncheckedIOException;
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
  private static final int PROTOCOL_VERSION = 1;
  private static final long TURN_MILLIS = 50;
  private static final int MOST_AT_ONCE = 10_000;

  /** Far enough ahead that every worker knows the start instant before it comes. */
  private static final Duration START_LEAD = Duration.ofMillis(500);

  private static final Duration CLOCK_PROBE_EVERY = Duration.ofSeconds(10);
  private static final int CLOCK_PROBES_ON_JOIN = 8;

  private static final RunMachine.Patience PATIENCE = new RunMachine.Patience(
      Duration.ofSeconds(30).toNanos(), Duration.ofSeconds(5).toNanos());

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
  private final Map<String, WorkerSession> sessions = new LinkedHashMap<>();
  private final Map<String, Submission> submissions = new LinkedHashMap<>();
  private final ArrayDeque<Submission> waiting = new ArrayDeque<>();
  private final List<RunResult> results = new ArrayList<>();
  private @Nullable Submission current;
  private @Nullable ActiveRun run;
  private int nextRun;
  private long probedNanos = System.nanoTime();
  private volatile boolean closed;

  CoordinatorLoop(CoordinatorOptions options, Store store) {
    this.options = options;
    this.store = store;
    this.thread = Thread.ofPlatform().name("coordinator").start(this::runLoop);
  }

  /** Lets {@code task} run on the coordinator's thread. From any thread. */
  void execute(Runnable task) {
    queue.add(new Message.Task(task));
  }

  /** As {@link #execute}, with a result or an exception. From any thread. */
  <T> CompletableFuture<T> call(java.util.concurrent.Callable<T> task) {
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

  /** A worker has joined, for the first time or again. */
  void joined(WorkerSession session) {
    WorkerSession before = sessions.put(session.id(), session);
    session.send(
        JoinResponse.newBuilder()
            .setWelcome(Welcome.newBuilder().setProtocolVersion(PROTOCOL_VERSION))
            .build());
    for (int i = 0; i < CLOCK_PROBES_ON_JOIN; i++) {
      session.probeClock();
    }
    LOG.info("Worker {} {}", session.name(), before == null ? "has joined" : "is back");
    if (run != null && run.machine().hasMember(session.id())) {
      apply(run, new RunEvent.LinkIsBack(session.id()));
    }
  }

  /** A worker's stream has ended. */
  void left(WorkerSession session) {
    if (sessions.get(session.id()) == session) {
      sessions.remove(session.id());
      LOG.info("Worker {} has left", session.name());
      if (run != null && run.machine().hasMember(session.id())) {
        apply(run, new RunEvent.LinkBroke(session.id()));
      }
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
    if (run != null && run.id().equals(runId) && run.machine().hasMember(session.id())) {
      apply(run, event);
    }
  }

  // ---- what people ask

  /** Takes an experiment of {@code plan} and returns its id and those of its runs. */
  Map.Entry<String, List<String>> submit(
      PlanDocument document, Plan plan, CsvFormat csvFormat, int workers, long waitNanos) {
    String id = freshId(plan.name());
    long now = UnixTime.nanos();
    var runs = new ArrayList<StoredRun>();
    for (RunPlan each : Experiment.of(plan).runs()) {
      runs.add(
          new StoredRun(
              id + "/" + each.users(), id, each.index(), each.name(), each.users(),
              RunState.RUN_STATE_WAITING, now, 0, 0));
    }
    store.add(
        new StoredExperiment(
            id, plan.name(), document.getFileName(), document.getText(),
            document.getOverridesList(), csvFormat.text(), now),
        runs);
    long waitUntil = waitNanos == 0 ? Long.MAX_VALUE : System.nanoTime() + waitNanos;
    var submission = new Submission(id, document, plan, csvFormat, workers, waitUntil);
    submissions.put(id, submission);
    waiting.add(submission);
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

  Optional<Submission> submission(String experiment) {
    return Optional.ofNullable(submissions.get(experiment));
  }

  Store store() {
    return store;
  }

  List<String> workerNames() {
    return sessions.values().stream().map(WorkerSession::name).toList();
  }

  /** Stops an experiment; one that has ended stays as it is. */
  void stop(Submission submission, boolean now) {
    submission.stop();
    if (submission == current && run != null) {
      store.setStopped(run.id(), UnixTime.nanos());
      apply(run, new RunEvent.StopAsked(now ? 0 : -1));
    }
  }

  // ---- the loop

  private void runLoop() {
    var batch = new ArrayList<Message>();
    while (!closed) {
      try {
        Message first = queue.poll(TURN_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, MOST_AT_ONCE);
        }
        handle(batch);
        turn();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // One bad message must not end everybody's run.
        LOG.error("The coordinator met a defect of its own and goes on", e);
      } finally {
        batch.clear();
      }
    }
  }

  private void handle(List<Message> batch) {
    var snapshots = new ArrayList<Message.Snapshot>();
    for (Message message : batch) {
      switch (message) {
        case Message.Snapshot snapshot -> snapshots.add(snapshot);
        case Message.Task(Runnable task) -> {
          keep(snapshots);
          task.run();
        }
      }
    }
    keep(snapshots);
  }

  /** Stores snapshots, then merges and acknowledges them. */
  private void keep(List<Message.Snapshot> snapshots) {
    if (snapshots.isEmpty()) {
      return;
    }
    var mine = snapshots.stream().filter(s -> isOfRun(s, run)).toList();
    var others = snapshots.stream().filter(s -> !isOfRun(s, run)).toList();
    snapshots.clear();
    // A run that has ended wants nothing more; the worker may forget.
    others.forEach(
        other -> acknowledge(
            other.session(), other.snapshot().getRunId(), other.snapshot().getSequence()));
    if (run == null || mine.isEmpty()) {
      return;
    }
    ActiveRun into = run;
    store.add(mine.stream().map(s -> new WorkerSnapshot(s.session().id(), s.snapshot())).toList())
        .forEach(added -> into.add(added.worker(), added.snapshot()));
    tellProgress(into);
    for (Message.Snapshot each : mine) {
      apply(
          into,
          new RunEvent.SnapshotStored(
              each.session().id(), each.snapshot().getSequence(), each.snapshot().getLast()));
    }
  }

  private static boolean isOfRun(Message.Snapshot snapshot, @Nullable ActiveRun run) {
    return run != null
        && run.id().equals(snapshot.snapshot().getRunId())
        && run.machine().hasMember(snapshot.session().id());
  }

  private void tellProgress(ActiveRun of) {
    for (var progress = of.nextProgress(); progress.isPresent(); progress = of.nextProgress()) {
      tell(FollowResponse.newBuilder().setProgress(progress.get()).build());
    }
  }

  private void tell(FollowResponse event) {
    if (current != null) {
      current.tell(event);
    }
  }

  private void turn() {
    long now = System.nanoTime();
    if (now - probedNanos > CLOCK_PROBE_EVERY.toNanos()) {
      probedNanos = now;
      sessions.values().forEach(WorkerSession::probeClock);
    }
    if (run != null) {
      apply(run, new RunEvent.TimePassed());
      if (run != null) {
        tellProgress(run);
      }
    } else {
      startNext(now);
    }
  }

  private void startNext(long now) {
    if (current == null) {
      current = waiting.poll();
      nextRun = 0;
      results.clear();
    }
    if (current == null) {
      return;
    }
    Submission submission = current;
    List<StoredRun> runs = store.runs(submission.id());
    if (submission.isStopped() || nextRun == runs.size()) {
      endExperiment(
          submission, nextRun == runs.size() ? "" : "It was stopped before its last run.");
    } else if (sessions.size() >= submission.workersWanted()) {
      startRun(submission, runs.get(nextRun));
    } else if (submission.hasWaitedTooLong(now)) {
      endExperiment(
          submission,
          "Only " + sessions.size() + " of " + submission.workersWanted()
              + " workers have joined in the time given.");
    } else {
      submission.tellOnce(
          FollowResponse.newBuilder()
              .setWaiting(
                  Waiting.newBuilder()
                      .setReason(
                          "Waits for workers: " + sessions.size() + " of "
                              + submission.workersWanted() + " have joined."))
              .build());
    }
  }

  private void startRun(Submission submission, StoredRun stored) {
    var names = new LinkedHashMap<String, String>();
    sessions.values().forEach(session -> names.put(session.id(), session.name()));
    run = new ActiveRun(
        stored, new RunPlan(stored.index(), stored.users(), submission.plan()), names, PATIENCE);
    store.setState(stored.id(), RunState.RUN_STATE_RUNNING);
    apply(run, new RunEvent.Began());
  }

  private void apply(ActiveRun to, RunEvent event) {
    long now = System.nanoTime();
    for (RunAction action : to.on(event, now)) {
      act(to, action, now);
    }
  }

  private void act(ActiveRun of, RunAction action, long now) {
    switch (action) {
      case RunAction.Prepare(String worker) -> prepare(of, worker);
      case RunAction.Assign assign -> assign(of, assign);
      case RunAction.Start() -> start(of);
      case RunAction.Acknowledge(String worker, long sequence) -> {
        WorkerSession session = sessions.get(worker);
        if (session != null) {
          acknowledge(session, of.id(), sequence);
        }
      }
      case RunAction.Stop(String worker, long drainNanos) -> send(
          worker,
          JoinResponse.newBuilder()
              .setStop(Stop.newBuilder().setRunId(of.id()).setDrainNanos(drainNanos))
              .build());
      case RunAction.DeclareLost(String worker, String why) -> {
        LOG.warn("Worker {} is lost: {}", of.nameOf(worker), why);
        of.giveUp(worker);
        long silent = now - of.machine().heardNanos(worker);
        store.put(of.id(), part(of, worker, true, of.unknownSent(worker, silent)));
      }
      case RunAction.End(String problem) -> endRun(of, problem);
    }
  }

  private void prepare(ActiveRun of, String worker) {
    Submission submission = current;
    if (submission != null) {
      send(
          worker,
          JoinResponse.newBuilder()
              .setPrepare(
                  Prepare.newBuilder()
                      .setRunId(of.id())
                      .setDocument(submission.document())
                      .setRunIndex(of.stored().index()))
              .build());
    }
  }

  private void assign(ActiveRun of, RunAction.Assign assign) {
    var message = Assign.newBuilder().setRunId(of.id()).setEpoch(assign.epoch());
    assign.share()
        .ranges()
        .forEach(
            range -> message.addLanes(
                LaneRange.newBuilder()
                    .setFirst(range.first())
                    .setEnd(range.end())
                    .setStride(range.stride())));
    store.put(of.id(), part(of, assign.worker(), false, 0));
    send(assign.worker(), JoinResponse.newBuilder().setAssign(message).build());
  }

  private static StoredWorker part(ActiveRun of, String worker, boolean lost, long unknownSent) {
    var share = of.machine().shares().get(worker);
    return new StoredWorker(
        worker, of.nameOf(worker), share == null ? 0 : share.size(), lost, unknownSent);
  }

  private void start(ActiveRun of) {
    long start = UnixTime.nanos() + START_LEAD.toNanos();
    store.setStart(of.id(), start);
    for (String worker : of.machine().shares().keySet()) {
      WorkerSession session = sessions.get(worker);
      if (session != null) {
        session.send(
            JoinResponse.newBuilder()
                .setStart(
                    Start.newBuilder()
                        .setRunId(of.id())
                        .setStartUnixNanos(session.onItsClock(start)))
                .build());
      }
    }
    tell(
        FollowResponse.newBuilder()
            .setRunStarted(
                RunStarted.newBuilder()
                    .setRunId(of.id())
                    .setName(of.stored().name())
                    .setRunIndex(of.stored().index())
                    .setRunCount(of.plan().plan().load().users().size())
                    .setUsers(of.stored().users())
                    .setWorkers(of.machine().shares().size())
                    .setDurationNanos(of.plan().profile().durationNanos()))
            .build());
  }

  private void endRun(ActiveRun of, String problem) {
    run = null;
    nextRun++;
    Submission submission = current;
    if (submission == null) {
      return;
    }
    if (!problem.isEmpty()) {
      store.setState(of.id(), RunState.RUN_STATE_CANCELLED);
      endExperiment(submission, "Run " + of.stored().name() + " did not start: " + problem + ".");
      return;
    }
    // A worker that came back after all has told everything itself.
    for (String worker : of.machine().shares().keySet()) {
      if (!of.machine().isLost(worker)) {
        store.put(of.id(), part(of, worker, false, 0));
      }
    }
    tellProgress(of);
    try {
      RunResult result = writer(submission).writeRun(
          store.runs(submission.id()).get(of.stored().index()));
      results.add(result);
      store.setState(of.id(), RunState.RUN_STATE_ENDED);
      tell(
          FollowResponse.newBuilder()
              .setRunEnded(
                  RunEnded.newBuilder()
                      .setRunId(of.id())
                      .setSummaryJson(SummaryJson.text(result.summary())))
              .build());
    } catch (IOException | UncheckedIOException e) {
      store.setState(of.id(), RunState.RUN_STATE_ENDED);
      endExperiment(
          submission, "The results of " + of.stored().name() + " cannot be written: " + e);
    }
  }

  private StoredResults writer(Submission submission) throws IOException {
    var folder = options.results(submission.id());
    java.nio.file.Files.createDirectories(folder);
    return new StoredResults(
        store, submission.plan(), new ResultsFolder(folder), submission.csvFormat());
  }

  private void endExperiment(Submission submission, String problem) {
    current = null;
    String said = problem;
    if (!results.isEmpty()) {
      try {
        writer(submission).writeReport(submission.document().getText(), results);
      } catch (IOException e) {
        said = "The report cannot be written: " + e;
      }
    }
    for (StoredRun each : store.runs(submission.id())) {
      if (each.state() == RunState.RUN_STATE_WAITING) {
        store.setState(each.id(), RunState.RUN_STATE_CANCELLED);
      }
    }
    LOG.info("Experiment {} has ended. {}", submission.id(), said);
    submission.end(
        FollowResponse.newBuilder()
            .setExperimentEnded(ExperimentEnded.newBuilder().setProblem(said))
            .build());
  }

  private void acknowledge(WorkerSession session, String runId, long sequence) {
    send(
        session.id(),
        JoinResponse.newBuilder()
            .setAcknowledge(Acknowledge.newBuilder().setRunId(runId).setSequence(sequence))
            .build());
  }

  private void send(String worker, JoinResponse message) {
    WorkerSession session = sessions.get(worker);
    if (session != null) {
      session.send(message);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sessions.values().forEach(WorkerSession::close);
  }
}
