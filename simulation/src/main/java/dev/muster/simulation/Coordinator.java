package dev.muster.simulation;

import dev.muster.coordinator.run.ClockEstimate;
import dev.muster.coordinator.run.LaneTable;
import dev.muster.coordinator.run.RunAction;
import dev.muster.coordinator.run.RunEvent;
import dev.muster.coordinator.run.RunMachine;
import dev.muster.coordinator.run.RunMessages;
import dev.muster.coordinator.run.UnknownRequests;
import dev.muster.coordinator.run.WriteAhead;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.LoadChange;
import dev.muster.plan.load.LoadChanges;
import dev.muster.v1.ClockProbe;
import dev.muster.v1.ClockReading;
import dev.muster.v1.Dismiss;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.SavedRun;
import dev.muster.v1.Snapshot;
import dev.muster.v1.Welcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator with one run, as one process after another: the rules in earnest, its network and disk played.
 */
final class Coordinator {

  static final String RUN = "run";

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long TURN_NANOS = 50 * MILLI;
  private static final long START_LEAD_NANOS = 500 * MILLI;

  private final Timeline timeline;
  private final RunPlan plan;
  private final Map<String, Worker> workers = new HashMap<>();
  private final Map<String, Link> links = new LinkedHashMap<>();
  private final Map<String, ClockEstimate> clocks = new HashMap<>();

  /** Those that are to be told the start instant as soon as their clock is known. */
  private final Set<String> toStart = new HashSet<>();

  private final RunMachine.Patience patience;

  /** What is on disk: by worker and number. */
  private final Map<String, NavigableMap<Long, Snapshot>> stored = new HashMap<>();

  /** When at the latest processes had ended that are known to have, since the start. */
  private final Map<String, Long> endedBy = new HashMap<>();

  /** What is on disk beside that, from when the run has begun. */
  private @Nullable SavedRun saved;
  private long startNanos;

  private final Map<String, LaneTable.Grant> told = new HashMap<>();
  private @Nullable RunMachine machine;
  private WriteAhead ahead = new WriteAhead();
  private LoadChanges changes = LoadChanges.NONE;
  private boolean diskFails;
  private boolean dead;
  private boolean anyLost;
  private @Nullable String ended;
  private long endedNanos;

  Coordinator(
      Timeline timeline, RunPlan plan, RunMachine.Patience patience) {
    this.timeline = timeline;
    this.plan = plan;
    this.patience = patience;
    turn();
  }

  // ---- what is asked of it

  /** Begins the run with the workers that have joined. */
  void beginRun() {
    ahead = new WriteAhead();
    var names = new LinkedHashMap<String, String>();
    links.keySet().forEach(worker -> names.put(worker, worker));
    machine = new RunMachine(plan.lanes(), names, patience);
    on(new RunEvent.Began());
  }

  int joined() {
    return links.size();
  }

  /** Its process dies, with all that is not on disk. */
  void kill() {
    dead = true;
    links.forEach((worker, link) -> link.breakNow(_ -> {}, worker(worker)::linkBrokeWhenAwake));
    links.clear();
    clocks.clear();
    toStart.clear();
    told.clear();
    endedBy.clear();
    machine = null;
  }

  boolean isDead() {
    return dead;
  }

  /** Another process goes on with what is on disk; false when the run has yet to begin. */
  boolean restart() {
    dead = false;
    SavedRun left = saved;
    if (left == null) {
      return false;
    }
    ahead = new WriteAhead();
    RunMachine resumed = RunMachine.of(left, patience);
    machine = resumed;
    changes = resumed.changes();
    stored.forEach((worker, snapshots) -> snapshots.values().forEach(snapshot -> {
      resumed.restore(worker, snapshot.getSequence(), snapshot.getLast());
      noteBegun(snapshot);
    }));
    on(new RunEvent.Resumed(timeline.now() - startNanos));
    return true;
  }

  private Worker worker(String id) {
    return Objects.requireNonNull(workers.get(id), id);
  }

  private void noteBegun(Snapshot snapshot) {
    if (machine != null) {
      for (int i = 0; i < snapshot.getBegunLanesCount(); i++) {
        machine.begun(snapshot.getBegunLanes(i), snapshot.getBegunIterations(i));
      }
    }
  }

  /** Asks a worker to leave, which it may not hear. */
  void drain(String worker) {
    tell(
        worker, JoinResponse.newBuilder().setDismiss(Dismiss.getDefaultInstance()).build());
  }

  /** Changes the load soon, if that can be. */
  boolean change(LongFunction<LoadChange> asked) {
    if (startNanos == 0 || ended != null || machine == null) {
      return false;
    }
    LoadChange change = asked.apply(timeline.now() + START_LEAD_NANOS - startNanos);
    boolean possible = changes.refusal(change, plan.profile()).isEmpty();
    if (possible) {
      changes = changes.with(change);
      on(new RunEvent.ChangeAsked(changes, lanes()));
    }
    return possible;
  }

  LoadChanges changes() {
    return changes;
  }

  /** How many lanes the run has, with all changes. */
  int lanes() {
    return changes.appliedTo(plan.profile()).lanes();
  }

  void failDisk(long nanos) {
    diskFails = true;
    timeline.after(nanos, () -> diskFails = false);
  }

  /** Empty as long as the run goes on; else why it did not start, which may be "". */
  @Nullable
  String ended() {
    return ended;
  }

  long endedNanos() {
    return endedNanos;
  }

  boolean hasStarted() {
    return saved != null;
  }

  long startNanos() {
    return startNanos;
  }

  /** Whether any worker was ever declared lost. */
  boolean hasLost() {
    return anyLost;
  }

  boolean takesPart(String worker) {
    return machine != null && machine.takesPart(worker);
  }

  boolean countsOn(String worker) {
    return machine != null && machine.takesPart(worker) && !machine.isLost(worker);
  }

  /** The newest assignment that a worker was told of. */
  long toldEpoch(String worker) {
    LaneTable.Grant grant = told.get(worker);
    return grant == null ? 0 : grant.epoch();
  }

  long storedSent(String worker) {
    return snapshots(worker).values().stream().mapToLong(Snapshot::getSent).sum();
  }

  NavigableMap<Long, Snapshot> snapshots(String worker) {
    return stored.computeIfAbsent(worker, _ -> new TreeMap<>());
  }

  /** The most that a lost worker can have sent beyond what is stored of it. */
  long mostUnknown(String worker) {
    if (machine == null || !machine.isLost(worker)) {
      return 0;
    }
    long firstTick = snapshots(worker).containsKey(1L)
        ? snapshots(worker).firstEntry().getValue().getTick()
        : 0;
    return new UnknownRequests(
        (firstTick + machine.storedWithoutGap(worker)) * SECOND, machine.mostLanes(worker),
        machine.everHad(worker),
        storedSent(worker), 0, machine.reportedSent(worker))
        .most(
            plan,
            Math.min(
                plan.profile().durationNanos(), endedBy.getOrDefault(worker, Long.MAX_VALUE)),
            MILLI);
  }

  // ---- links

  void joined(Worker worker, Link link, long epoch) {
    if (dead) {
      worker.end(link);
      return;
    }
    workers.put(worker.id(), worker);
    Link before = links.put(worker.id(), link);
    if (before != null && before != link) {
      worker.end(before);
    }
    tell(
        worker.id(),
        JoinResponse.newBuilder().setWelcome(Welcome.newBuilder().setProtocolVersion(1)).build());
    for (int i = 0; i < 8; i++) {
      probe(worker.id());
    }
    if (machine != null && ended == null) {
      on(
          machine.hasMember(worker.id())
              ? new RunEvent.LinkIsBack(worker.id(), epoch)
              : new RunEvent.Joined(worker.id(), worker.id()));
    }
  }

  private void probe(String worker) {
    tell(
        worker,
        JoinResponse.newBuilder()
            .setClockProbe(ClockProbe.newBuilder().setSentUnixNanos(timeline.now()))
            .build());
  }

  void linkBroke(Link link) {
    links.values().removeIf(each -> each == link);
  }

  private void tell(String worker, JoinResponse message) {
    Link over = links.get(worker);
    Worker to = workers.get(worker);
    if (over != null && to != null) {
      over.down(() -> to.hear(over, message));
    }
  }

  void hear(Worker from, Link over, JoinRequest message) {
    if (links.get(from.id()) != over) {
      return;
    }
    String worker = from.id();
    switch (message.getMessageCase()) {
      case CLOCK_READING -> {
        ClockReading reading = message.getClockReading();
        clocks.put(
            worker,
            clocks.getOrDefault(worker, ClockEstimate.NONE)
                .with(
                    reading.getProbeSentUnixNanos(), reading.getReceivedUnixNanos(),
                    reading.getRepliedUnixNanos(), timeline.now()));
        if (toStart.contains(worker)) {
          tellStart(worker);
        }
      }
      case PREPARED -> toRun(
          worker, new RunEvent.WorkerPrepared(worker, message.getPrepared().getProblem()));
      case HEALTH -> {
        if (!message.getHealth().getRunId().isEmpty()) {
          toRun(
              worker,
              new RunEvent.HealthReported(
                  worker, message.getHealth().getSent(), message.getHealth().getEpoch()));
        }
      }
      case LET_GO -> toRun(
          worker, new RunEvent.LanesLetGo(worker, RunMessages.lanes(message.getLetGo())));
      case LEAVE -> {
        if (machine != null && ended == null && machine.hasMember(worker)) {
          on(new RunEvent.LeaveAsked(worker));
        }
      }
      case SNAPSHOT -> keep(from, over, worker, message.getSnapshot());
      case INHERITED -> keep(
          from, over, message.getInherited().getWorkerId(),
          message.getInherited().getSnapshot());
      case NOTICE -> {
        // For people; its worker leaves by itself.
      }
      case HELLO, MESSAGE_NOT_SET -> throw new IllegalStateException("out of place");
    }
  }

  private void toRun(String worker, RunEvent event) {
    if (machine != null && ended == null && machine.hasMember(worker)) {
      on(event);
    } else {
      tell(worker, RunMessages.stop(RUN, 0));
    }
  }

  private void keep(Worker from, Link over, String worker, Snapshot snapshot) {
    boolean inherited = !worker.equals(from.id());
    boolean going = takesPart(worker) && ended == null;
    boolean kept = going || (takesPart(worker) && !countsOn(worker));
    if (diskFails && kept) {
      links.remove(from.id());
      from.end(over);
      return;
    }
    if (kept
        && snapshots(worker).putIfAbsent(snapshot.getSequence(), snapshot) == null) {
      noteBegun(snapshot);
    }
    if (going && inherited) {
      endedBy.putIfAbsent(worker, timeline.now() - startNanos);
    }
    if (going) {
      on(
          inherited
              ? new RunEvent.SnapshotInherited(
                  worker, snapshot.getSequence(), snapshot.getLast())
              : new RunEvent.SnapshotStored(
                  worker, snapshot.getSequence(), snapshot.getLast()));
    }
    if (inherited) {
      tell(from.id(), RunMessages.acknowledge(RUN, worker, snapshot.getSequence()));
    } else if (!going) {
      tell(worker, RunMessages.acknowledge(RUN, snapshot.getSequence()));
      if (!snapshot.getLast()) {
        tell(worker, RunMessages.stop(RUN, 0));
      }
    }
  }

  // ---- the rules

  private void turn() {
    timeline.after(TURN_NANOS, () -> {
      if (ended == null) {
        on(new RunEvent.TimePassed());
        turn();
      }
    });
  }

  private void on(RunEvent event) {
    RunMachine rules = machine;
    if (rules == null) {
      return;
    }
    ahead.add(rules.on(event, timeline.now()));
    if (ahead.isUnsaved() && !diskFails) {
      if (saved == null) {
        startNanos = timeline.now() + START_LEAD_NANOS;
      }
      saved = rules.saved();
      ahead.saved();
    }
    for (var next = ahead.next(); next.isPresent(); next = ahead.next()) {
      act(next.get());
    }
  }

  private void act(RunAction action) {
    switch (action) {
      case RunAction.Save() -> throw new IllegalStateException("it is done by itself");
      case RunAction.Prepare(String worker) -> tell(
          worker, RunMessages.prepare(RUN, PlanDocument.getDefaultInstance(), 0));
      case RunAction.Assign(LaneTable.Grant grant) -> {
        told.put(grant.worker(), grant);
        tell(grant.worker(), RunMessages.assign(RUN, grant));
      }
      case RunAction.ChangeLoad(String worker, LoadChanges all) -> tell(
          worker, RunMessages.change(RUN, all));
      case RunAction.Start(List<String> starting) -> start(starting);
      case RunAction.Acknowledge(String worker, long sequence) -> {
        for (long each = 1; each <= sequence; each++) {
          if (!snapshots(worker).containsKey(each)) {
            throw new IllegalStateException(
                "snapshot " + each + " of " + worker + " is acknowledged and not stored");
          }
        }
        tell(worker, RunMessages.acknowledge(RUN, sequence));
      }
      case RunAction.Stop(String worker, long drainNanos) -> tell(
          worker, RunMessages.stop(RUN, drainNanos));
      case RunAction.DeclareLost _ -> anyLost = true;
      case RunAction.LeaveOut _,RunAction.LetIn _,RunAction.CountOnAgain _ -> {
        // Nothing but what is told to people.
      }
      case RunAction.End(String problem) -> {
        if (ended != null) {
          throw new IllegalStateException("the run ends twice");
        }
        ended = problem;
        endedNanos = timeline.now();
      }
    }
  }

  private void start(List<String> starting) {
    for (String worker : starting) {
      tellStart(worker);
    }
  }

  private void tellStart(String worker) {
    ClockEstimate clock = clocks.get(worker);
    if (clock == null) {
      toStart.add(worker);
    } else {
      toStart.remove(worker);
      tell(worker, RunMessages.start(RUN, startNanos + clock.offsetNanos()));
    }
  }
}
