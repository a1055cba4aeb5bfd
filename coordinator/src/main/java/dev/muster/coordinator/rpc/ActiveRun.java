package dev.muster.coordinator.rpc;

import dev.muster.coordinator.merge.CheckedSnapshot;
import dev.muster.coordinator.merge.SeriesKey;
import dev.muster.coordinator.merge.SnapshotCheck;
import dev.muster.coordinator.run.LaneTable;
import dev.muster.coordinator.run.RunAction;
import dev.muster.coordinator.run.RunEvent;
import dev.muster.coordinator.run.RunMachine;
import dev.muster.coordinator.run.RunMessages;
import dev.muster.coordinator.run.UnknownRequests;
import dev.muster.coordinator.run.WriteAhead;
import dev.muster.coordinator.store.Store;
import dev.muster.coordinator.store.StoreException;
import dev.muster.coordinator.store.StoredAbsence;
import dev.muster.coordinator.store.StoredEvent;
import dev.muster.coordinator.store.StoredRun;
import dev.muster.coordinator.store.StoredWorker;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.LoadChange;
import dev.muster.plan.load.LoadChanges;
import dev.muster.plan.scenario.Step;
import dev.muster.v1.FollowResponse;
import dev.muster.v1.RunStarted;
import dev.muster.v1.RunState;
import dev.muster.v1.SavedRun;
import dev.muster.v1.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The run that is going on: does what its rules say. A store that fails stops no load: nothing is said to
 * workers of what it should hold, until it does, and what is only for the results is written again at the
 * end. For the coordinator's thread.
 */
final class ActiveRun {

  private static final Logger LOG = LoggerFactory.getLogger(ActiveRun.class);

  /** Far enough ahead that every worker knows the start instant, or a change, before it comes. */
  private static final Duration START_LEAD = Duration.ofMillis(500);

  private static final Duration PREPARE_PATIENCE = Duration.ofSeconds(30);
  /** Workers say something each second. */
  private static final Duration SILENCE_PATIENCE = Duration.ofSeconds(3);

  /** When this process goes on with a run, workers look for it at least every two seconds. */
  private static final Duration RETURN_PATIENCE = Duration.ofSeconds(10);

  /** How long a store that failed is left alone. */
  private static final Duration SAVE_AGAIN_AFTER = Duration.ofSeconds(1);

  /** How long a run waits, when all its workers are lost, for one to come back. */
  private static final Duration ABSENCE_PATIENCE = Duration.ofSeconds(20);

  /** By how much a run may be longer than its plan, because a worker stood still for a while. */
  private static final Duration SLACK = Duration.ofMinutes(1);

  private static final long TICK_NANOS = 1_000_000_000;

  private final Submission submission;
  private final StoredRun stored;
  private final RunPlan plan;
  private final Roster roster;
  private final Store store;
  private final Meter meter;
  private final long longestNanos;
  private final Set<SeriesKey> series;
  private final RunMachine machine;
  private final LiveView live;
  private long startUnixNanos;

  /** Whether any worker may know the start instant, which does not change from then on. */
  private boolean isStartTold;
  private long stoppedUnixNanos;
  private @Nullable String ended;

  private final WriteAhead ahead = new WriteAhead();
  private long savingFailedNanos = -SAVE_AGAIN_AFTER.toNanos() - 1;

  /** What was done to it, and what happened. */
  private final List<StoredEvent> events = new ArrayList<>();

  /** The newest absence of each worker that was ever out of touch. */
  private final Map<String, StoredAbsence> absent = new HashMap<>();

  /** All absences, by worker and begin. */
  private final Map<String, StoredAbsence> absences = new HashMap<>();

  /** Workers whose processes are known to have ended, and by when at the latest they had, since the start. */
  private final Map<String, Long> endedBy = new HashMap<>();

  /** What was last noted of each worker; all of it is stored once more at the end. */
  private final Map<String, StoredWorker> noted = new HashMap<>();

  private ActiveRun(
      Submission submission, StoredRun stored, Roster roster, Store store, Meter meter,
      Rules rules) {
    this.submission = submission;
    this.stored = stored;
    this.plan = new RunPlan(stored.index(), submission.plan());
    this.roster = roster;
    this.store = store;
    this.meter = meter;
    this.longestNanos = longestNanos(plan);
    this.series = series(plan);
    this.startUnixNanos = stored.startUnixNanos();
    this.isStartTold = startUnixNanos != 0;
    this.stoppedUnixNanos = stored.stoppedUnixNanos();
    this.machine = rules.of(
        plan,
        new RunMachine.Patience(
            PREPARE_PATIENCE.toNanos(), SILENCE_PATIENCE.toNanos(), RETURN_PATIENCE.toNanos(),
            ABSENCE_PATIENCE.toNanos(), longestNanos));
    this.live = new LiveView(stored.id(), machine.members());
  }

  /** A run on the workers that are on {@code roster} now. */
  static ActiveRun begin(
      Submission submission, StoredRun stored, Roster roster, Store store, Meter meter,
      long nowNanos) {
    var run = new ActiveRun(
        submission, stored, roster, store, meter,
        (plan, patience) -> new RunMachine(plan.lanes(), roster.names(), patience));
    run.on(new RunEvent.Began(), nowNanos);
    return run;
  }

  /**
   * The run that another process has begun, whose workers will look for this one.
   *
   * @throws StoreException if it cannot be read
   */
  static ActiveRun resume(
      Submission submission, StoredRun stored, SavedRun saved, Roster roster, Store store,
      Meter meter, long nowNanos) {
    var run = new ActiveRun(
        submission, stored, roster, store, meter, (_, patience) -> RunMachine.of(saved, patience));
    run.readBack();
    run.tellStarted();
    run.on(new RunEvent.Resumed(UnixTime.nanos() - run.startUnixNanos), nowNanos);
    return run;
  }

  private void readBack() {
    store.readSnapshots(id(), snapshot -> {
      Snapshot message = snapshot.snapshot().message();
      machine.restore(snapshot.worker(), message.getSequence(), message.getLast());
      add(snapshot);
      tellProgress();
    });
    store.absences(id()).forEach(absence -> absent.put(absence.worker(), absence));
    events.addAll(store.events(id()));
    machine.changes()
        .list()
        .stream()
        .map(StoredEvent::of)
        .filter(event -> !events.contains(event))
        .forEach(events::add);
    machine.members().stream().filter(machine::isLost).forEach(live::giveUp);
  }

  private interface Rules {

    RunMachine of(RunPlan plan, RunMachine.Patience patience);
  }

  /** The longest that a run can take: its load, then what was begun at the last instant. */
  private static long longestNanos(RunPlan plan) {
    Duration drain = plan.plan().load().drain();
    if (drain == null) {
      drain = plan.plan().http().timeout();
      for (var scenario : plan.scenarios()) {
        for (var task : scenario.tasks()) {
          for (Step step : task.steps()) {
            if (step instanceof Step.Request request && request.timeout() != null
                && request.timeout().compareTo(drain) > 0) {
              drain = request.timeout();
            }
          }
        }
      }
      drain = drain.plus(plan.plan().http().connectTimeout());
    }
    return plan.profile().durationNanos() + drain.plus(SLACK).toNanos();
  }

  /** All series that a run can have: each request of its plan, answered and failed. */
  private static Set<SeriesKey> series(RunPlan plan) {
    var series = new HashSet<SeriesKey>();
    for (var scenario : plan.scenarios()) {
      for (var task : scenario.tasks()) {
        for (Step step : task.steps()) {
          if (step instanceof Step.Request request) {
            for (var outcome : SeriesKey.Outcome.values()) {
              series.add(new SeriesKey(request.method().name(), request.name(), outcome));
            }
          }
        }
      }
    }
    return series;
  }

  String id() {
    return stored.id();
  }

  String name() {
    return stored.name();
  }

  Submission submission() {
    return submission;
  }

  /** Whether this worker has lanes of this run. */
  boolean isAssigned(String runId, String worker) {
    return id().equals(runId) && machine.takesPart(worker);
  }

  /** Whether this worker was there when this run began. */
  boolean isOf(String runId, String worker) {
    return id().equals(runId) && machine.hasMember(worker);
  }

  boolean hasMember(String worker) {
    return machine.hasMember(worker);
  }

  /** What is wrong with a snapshot for this run, as a sentence without a full stop. */
  Optional<String> problemOf(CheckedSnapshot snapshot) {
    return SnapshotCheck.problemOf(snapshot, longestNanos / TICK_NANOS, series);
  }

  /** Why the run did not start, empty if it did; nothing while it goes on. */
  Optional<String> ended() {
    return Optional.ofNullable(ended);
  }

  /** Lets the rules know of {@code event} and does what they say. */
  void on(RunEvent event, long nowNanos) {
    if (event instanceof RunEvent.SnapshotInherited inherited) {
      endedBy.putIfAbsent(inherited.worker(), UnixTime.nanos() - startUnixNanos);
    }
    ahead.add(machine.on(event, nowNanos));
    if (ahead.isUnsaved() && nowNanos - savingFailedNanos > SAVE_AGAIN_AFTER.toNanos()) {
      save(nowNanos);
    }
    for (var next = ahead.next(); next.isPresent(); next = ahead.next()) {
      act(next.get());
    }
  }

  private void save(long nowNanos) {
    boolean first = !isStartTold && machine.phase() == RunMachine.Phase.RUNNING;
    if (first) {
      startUnixNanos = UnixTime.nanos() + START_LEAD.toNanos();
    }
    try {
      store.save(id(), startUnixNanos, machine.saved());
      ahead.saved();
    } catch (StoreException e) {
      savingFailedNanos = nowNanos;
      noteTrouble(e);
    }
  }

  /** Takes a snapshot that is stored and was not before. */
  void add(Store.WorkerSnapshot snapshot) {
    live.add(snapshot.worker(), snapshot.snapshot());
    Snapshot message = snapshot.snapshot().message();
    for (int i = 0; i < message.getBegunLanesCount(); i++) {
      machine.begun(message.getBegunLanes(i), message.getBegunIterations(i));
    }
  }

  /** Tells what has become final. */
  void tellProgress() {
    for (var next = live.nextProgress(); next.isPresent(); next = live.nextProgress()) {
      submission.followers()
          .tell(
              FollowResponse.newBuilder()
                  .setProgress(next.get().toBuilder().setCostUsd(meter.shown()))
                  .build());
    }
  }

  /** Somebody wants the run to end. */
  void stop(boolean now, long nowNanos) {
    if (stoppedUnixNanos == 0) {
      stoppedUnixNanos = UnixTime.nanos();
      storing(() -> store.setStopped(id(), stoppedUnixNanos));
    }
    var kind = now ? StoredEvent.Kind.STOPPED_AT_ONCE : StoredEvent.Kind.STOPPED;
    if (startUnixNanos != 0 && events.stream().noneMatch(event -> event.kind() == kind)) {
      note(new StoredEvent(kind, sinceStartNanos(), 0));
    }
    on(new RunEvent.StopAsked(now ? 0 : -1), nowNanos);
  }

  /**
   * Somebody wants the load to change, soon.
   *
   * @param asked the change, from an instant since the start on
   * @return why that cannot be, as a sentence without a full stop; nothing, where it is done
   */
  Optional<String> change(LongFunction<LoadChange> asked, long nowNanos) {
    if (startUnixNanos == 0) {
      return Optional.of("its workers are getting ready for it");
    }
    if (stoppedUnixNanos != 0) {
      return Optional.of("it has been stopped");
    }
    long soon = UnixTime.nanos() + START_LEAD.toNanos() - startUnixNanos;
    LoadChanges before = machine.changes();
    long last = before.list().isEmpty() ? 0 : before.list().getLast().atNanos();
    // Clocks of machines are set back at times.
    LoadChange change = asked.apply(Math.max(last, soon));
    Optional<String> refusal = before.refusal(change, plan.profile());
    if (refusal.isEmpty()) {
      LoadChanges changes = before.with(change);
      note(StoredEvent.of(change));
      on(
          new RunEvent.ChangeAsked(changes, changes.appliedTo(plan.profile()).lanes()), nowNanos);
    }
    return refusal;
  }

  /**
   * Something has happened to it; told and kept once.
   *
   * @param what as a sentence that begins small, without a full stop
   */
  void tell(String what) {
    if (events.stream().noneMatch(event -> event.said().equals(what))) {
      note(StoredEvent.told(sinceStartNanos(), what));
    }
  }

  private long sinceStartNanos() {
    return startUnixNanos == 0 ? 0 : Math.max(0, UnixTime.nanos() - startUnixNanos);
  }

  /**
   * Whether there is load, and nobody for it who stays: all its workers are to leave, or are lost, but for
   * those of these ids.
   */
  boolean isLeftWithout(Set<String> workers, long nowNanos) {
    return stoppedUnixNanos == 0 && sinceStartNanos() < plan.profile().durationNanos()
        && machine.isLeftWithout(workers, nowNanos);
  }

  /** The names of the workers that have, or have had, a part in its load. */
  List<String> workerNames() {
    return machine.workers().stream().map(machine::name).toList();
  }

  private void note(StoredEvent event) {
    events.add(event);
    storing(() -> store.put(id(), events.size() - 1, event));
    LOG.info("Run {}: {}", id(), event.words());
    submission.followers().tell(Messages.runChanged(id(), event.atNanos(), event.words()));
  }

  private void act(RunAction action) {
    switch (action) {
      case RunAction.Save() -> throw new IllegalStateException("it is done by itself");
      case RunAction.Prepare(String worker) -> roster
          .send(worker, RunMessages.prepare(id(), submission.document(), stored.index()));
      case RunAction.Assign(LaneTable.Grant grant) -> {
        notePart(grant.worker());
        roster.send(grant.worker(), RunMessages.assign(id(), grant));
      }
      case RunAction.ChangeLoad(String worker, LoadChanges all) -> roster
          .send(worker, RunMessages.change(id(), all));
      case RunAction.LetIn(String worker) -> {
        LOG.info("Worker {} takes part in {} from now on", machine.name(worker), name());
        live.letIn(worker, tickNow());
      }
      case RunAction.Start(List<String> workers) -> start(workers);
      case RunAction.Acknowledge(String worker, long sequence) -> roster
          .send(worker, RunMessages.acknowledge(id(), sequence));
      case RunAction.Stop(String worker, long drainNanos) -> roster
          .send(worker, RunMessages.stop(id(), drainNanos));
      case RunAction.LeaveOut(String worker, String why) -> {
        LOG.warn("Worker {} has no part in {}: {}", machine.name(worker), name(), why);
        live.giveUp(worker);
      }
      case RunAction.DeclareLost(String worker, String why) -> {
        LOG.warn("Worker {} is lost: {}", machine.name(worker), why);
        live.giveUp(worker);
        long told = toldTicks(worker);
        noteAbsence(new StoredAbsence(worker, told, Math.max(told, tickNow())));
        notePart(worker);
      }
      case RunAction.CountOnAgain(String worker) -> {
        LOG.info("Worker {} is counted on again", machine.name(worker));
        live.countOnAgain(worker);
        StoredAbsence absence = absent.remove(worker);
        if (absence != null) {
          noteAbsence(
              new StoredAbsence(
                  worker, absence.firstTick(), Math.max(absence.lastTick(), tickNow())));
        }
        notePart(worker);
      }
      case RunAction.End(String problem) -> ended = problem;
    }
  }

  private void noteAbsence(StoredAbsence absence) {
    absent.put(absence.worker(), absence);
    absences.put(absence.worker() + " from " + absence.firstTick(), absence);
    storing(() -> store.put(id(), absence));
  }

  private long tickNow() {
    return Math.max(0, UnixTime.nanos() - startUnixNanos) / TICK_NANOS;
  }

  private void start(List<String> workers) {
    for (String worker : workers) {
      roster.session(worker).ifPresent(session -> session.start(id(), startUnixNanos));
    }
    if (!isStartTold) {
      isStartTold = true;
      tellStarted();
    }
  }

  private void tellStarted() {
    submission.followers()
        .tell(
            FollowResponse.newBuilder()
                .setRunStarted(
                    RunStarted.newBuilder()
                        .setRunId(id())
                        .setName(name())
                        .setRunIndex(stored.index())
                        .setRunCount(submission.runCount())
                        .setUsers(stored.size().users())
                        .setRate(stored.size().rate())
                        .setWorkers(machine.workers().size())
                        .setDurationNanos(plan.profile().durationNanos()))
                .build());
  }

  /** Stores once more all that the results are written from, and returns the run as it is now. */
  StoredRun conclude() {
    try {
      store.together(this::storeEnd);
      // Whatever could not be stored for a while is stored now.
      submission.forgetTrouble();
    } catch (StoreException e) {
      noteTrouble(e);
    }
    return new StoredRun(
        id(), stored.experiment(), stored.index(), name(), stored.size(),
        RunState.RUN_STATE_ENDED, stored.submittedUnixNanos(), startUnixNanos, stoppedUnixNanos);
  }

  private void storeEnd() {
    store.save(id(), startUnixNanos, machine.saved());
    machine.workers().forEach(worker -> store.put(id(), part(worker)));
    absences.values().forEach(absence -> store.put(id(), absence));
    if (stoppedUnixNanos != 0) {
      store.setStopped(id(), stoppedUnixNanos);
    }
    for (int position = 0; position < events.size(); position++) {
      store.put(id(), position, events.get(position));
    }
  }

  /** The ticks of which a worker has told everything; its first untold one. */
  private long toldTicks(String worker) {
    return live.firstTick(worker) + machine.storedWithoutGap(worker);
  }

  /** Stores a worker's part, if it has changed: lanes move often, and what is stored of them rarely. */
  private void notePart(String worker) {
    StoredWorker part = part(worker);
    if (!part.equals(noted.put(worker, part))) {
      storing(() -> store.put(id(), part));
    }
  }

  private StoredWorker part(String worker) {
    boolean lost = machine.isLost(worker) && machine.takesPart(worker);
    return new StoredWorker(
        worker, machine.name(worker), machine.mostLanes(worker), lost,
        lost ? unknownSent(worker) : 0);
  }

  private long unknownSent(String worker) {
    var known = new UnknownRequests(
        toldTicks(worker) * TICK_NANOS,
        machine.mostLanes(worker), machine.everHad(worker),
        live.sentBy(worker), live.droppedBy(worker), machine.reportedSent(worker));
    // Unless it is dead, it may go on to the end of the load, whatever became of the run here.
    long untilNanos = Math.min(
        plan.profile().durationNanos(), endedBy.getOrDefault(worker, Long.MAX_VALUE));
    return known.most(plan, untilNanos, live.quickestNanos());
  }

  private void storing(Runnable write) {
    try {
      write.run();
    } catch (StoreException e) {
      noteTrouble(e);
    }
  }

  private void noteTrouble(StoreException e) {
    LOG.error("Run {} goes on, though its store fails: {}", id(), e.getMessage());
    submission.noteTrouble(String.valueOf(e.getMessage()));
  }
}
