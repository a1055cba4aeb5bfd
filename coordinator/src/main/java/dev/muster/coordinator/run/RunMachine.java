package dev.muster.coordinator.run;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChanges;
import dev.muster.plan.load.Share;
import dev.muster.v1.SavedMember;
import dev.muster.v1.SavedRun;
import dev.muster.wire.LoadChangeMessages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one run as a function of events: it is told what happened and when, and says what to
 * do. Every wait in it has a deadline. For one thread.
 *
 * <pre>
 *   PREPARING ── all prepared ──► RUNNING ── all handed in or lost ──► ENDED
 *       ╰── a problem, a stop, or nobody left ──────────────────────────►
 * </pre>
 */
public final class RunMachine {

  /** Where a run is. */
  public enum Phase {
    /** Workers read the plan. */
    PREPARING,
    /** Workers send load, or wait for requests in flight. */
    RUNNING,
    /** Nothing more will happen. */
    ENDED
  }

  /**
   * How long to wait.
   *
   * @param prepareNanos for a worker to prepare
   * @param silenceNanos for a word of a worker, before it is declared lost
   * @param returnNanos for a word of a worker, when another process goes on with the run
   * @param absenceNanos for any worker to come back, when all are lost
   * @param loadNanos from the start to the last snapshot of all; longer than any honest run takes
   */
  public record Patience(
      long prepareNanos, long silenceNanos, long returnNanos, long absenceNanos,
      long loadNanos) {}

  private static final class Member {

    private final String name;
    private boolean prepared;

    /** Whether it has, or has had, lanes. */
    private boolean takesPart;

    /** Whether it came when the run had begun, which need not wait for it. */
    private boolean isLate;

    private boolean leaving;
    private int mostLanes;
    private boolean handedIn;
    private boolean lost;
    private long heardNanos;
    private long healthSent;
    private long stored;
    private long last = Long.MAX_VALUE;
    private final TreeSet<Long> storedAhead = new TreeSet<>();

    Member(String name) {
      this.name = name;
    }

    boolean isAwaited() {
      return takesPart && !handedIn && !lost;
    }

    /** Keeps the highest sequence below which nothing is missing. */
    void store(long sequence, boolean isLast) {
      if (sequence > stored) {
        storedAhead.add(sequence);
        while (storedAhead.remove(stored + 1)) {
          stored++;
        }
      }
      if (isLast) {
        last = sequence;
      }
      // Only when nothing before the last one is missing either.
      handedIn = stored >= last;
    }
  }

  private final Patience patience;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final LaneTable lanes;
  private Phase phase = Phase.PREPARING;
  private long beganNanos;
  private long startedNanos;
  private long lostNanos;
  private @Nullable Long stopDrainNanos;
  private LoadChanges changes = LoadChanges.NONE;

  /** Whether {@link #saved} is another since it was last to be kept. */
  private boolean changed;

  /**
   * A run of {@code lanes} lanes.
   *
   * @param workers their names by id; at least one, in the order in which they share the lanes
   */
  public RunMachine(int lanes, SequencedMap<String, String> workers, Patience patience) {
    this(new LaneTable(lanes), patience);
    workers.forEach((worker, name) -> members.put(worker, new Member(name)));
  }

  private RunMachine(LaneTable lanes, Patience patience) {
    this.lanes = lanes;
    this.patience = patience;
  }

  /**
   * A run that has begun in another process. It is to be told of every snapshot that is stored by {@link
   * #restore}, and of every iteration begun by {@link #begun}, and then that it is {@link
   * RunEvent.Resumed}.
   *
   * @throws IllegalArgumentException if {@code saved} is no saved run
   */
  public static RunMachine of(SavedRun saved, Patience patience) {
    var machine = new RunMachine(LaneTable.of(saved.getLanes()), patience);
    for (SavedMember each : saved.getMembersList()) {
      var member = new Member(each.getName());
      member.prepared = true;
      member.takesPart = true;
      member.leaving = each.getLeaving();
      member.lost = each.getLost();
      member.mostLanes = each.getMostLanes();
      machine.members.put(each.getWorkerId(), member);
    }
    for (var change : saved.getChangesList()) {
      machine.changes = machine.changes.with(
          LoadChangeMessages.read(change)
              .orElseThrow(() -> new IllegalArgumentException("an unknown change of the load")));
    }
    machine.stopDrainNanos = saved.hasStopDrainNanos() ? saved.getStopDrainNanos() : null;
    return machine;
  }

  /** What another process needs to go on with a run that has begun, beside its snapshots. */
  public SavedRun saved() {
    var saved = SavedRun.newBuilder().setLanes(lanes.saved());
    members.forEach((worker, member) -> {
      if (member.takesPart) {
        saved.addMembers(
            SavedMember.newBuilder()
                .setWorkerId(worker)
                .setName(member.name)
                .setLeaving(member.leaving)
                .setLost(member.lost)
                .setMostLanes(member.mostLanes));
      }
    });
    changes.list().forEach(change -> saved.addChanges(LoadChangeMessages.written(change)));
    if (stopDrainNanos != null) {
      saved.setStopDrainNanos(stopDrainNanos);
    }
    return saved.build();
  }

  /** All that was changed about the load so far. */
  public LoadChanges changes() {
    return changes;
  }

  /** A snapshot is stored, since before this process went on with the run. */
  public void restore(String worker, long sequence, boolean last) {
    member(worker).store(sequence, last);
  }

  /** Where the run is. */
  public Phase phase() {
    return phase;
  }

  /** The workers that it knows, whether they have lanes or not. */
  public Set<String> members() {
    return Set.copyOf(members.keySet());
  }

  /** The workers that have, or have had, lanes; nobody before the start. */
  public List<String> workers() {
    return members.entrySet()
        .stream()
        .filter(entry -> entry.getValue().takesPart)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether a worker has, or has had, lanes. */
  public boolean takesPart(String worker) {
    return members.containsKey(worker) && member(worker).takesPart;
  }

  /** The most lanes that a worker has had at once. */
  public int mostLanes(String worker) {
    return member(worker).mostLanes;
  }

  /** All lanes that a worker that takes part has ever had. */
  public Share everHad(String worker) {
    return lanes.everHad(worker);
  }

  /** The user of a lane has begun an iteration. */
  public void begun(int lane, long iteration) {
    lanes.begun(lane, iteration);
  }

  /** What people call a worker. */
  public String name(String worker) {
    return member(worker).name;
  }

  /** The requests that a worker had sent when it last said so. */
  public long reportedSent(String worker) {
    return member(worker).healthSent;
  }

  /** How many of a worker's snapshots are stored without a gap, from the first on. */
  public long storedWithoutGap(String worker) {
    return member(worker).stored;
  }

  /** Whether a worker is counted as lost. */
  public boolean isLost(String worker) {
    return member(worker).lost;
  }

  /**
   * Whether the load of a run that has begun is left to workers that are to leave: all others are lost or
   * through, but for those in {@code workers}. One that gets ready for it is counted on, as long as it may
   * take for that.
   */
  public boolean isLeftWithout(Set<String> workers, long nowNanos) {
    return phase == Phase.RUNNING
        && members.values().stream().anyMatch(Member::isAwaited)
        && members.entrySet()
            .stream()
            .filter(entry -> stays(entry.getValue(), nowNanos))
            .allMatch(entry -> workers.contains(entry.getKey()));
  }

  private boolean stays(Member member, long nowNanos) {
    boolean getsReady = !member.takesPart && !member.lost
        && nowNanos - member.heardNanos <= patience.prepareNanos();
    return !member.leaving && (member.isAwaited() || getsReady);
  }

  /** Whether the run counts on {@code worker}. */
  public boolean hasMember(String worker) {
    return members.containsKey(worker);
  }

  /**
   * What to do now that {@code event} has happened.
   *
   * @param nowNanos when, on a scale that never goes back
   */
  public List<RunAction> on(RunEvent event, long nowNanos) {
    var actions = new ArrayList<RunAction>();
    if (phase == Phase.ENDED) {
      return actions;
    }
    switch (event) {
      case RunEvent.Began() -> begin(actions, nowNanos);
      case RunEvent.Resumed(long sinceStartNanos) -> resume(sinceStartNanos, nowNanos);
      case RunEvent.WorkerPrepared(String worker, String problem) ->
        prepared(member(worker), worker, problem, actions, nowNanos);
      case RunEvent.LinkIsBack(String worker, long epoch) -> {
        lanes.confirmed(worker, epoch);
        isBack(member(worker), worker, actions, nowNanos);
      }
      case RunEvent.Joined(String worker, String name) -> joined(worker, name, actions, nowNanos);
      case RunEvent.HealthReported(String worker, long sent, long epoch) -> {
        Member member = member(worker);
        heard(member, worker, actions, nowNanos);
        member.healthSent = Math.max(member.healthSent, sent);
        lanes.confirmed(worker, epoch);
      }
      case RunEvent.LanesLetGo(String worker, List<LaneState> states) -> {
        heard(member(worker), worker, actions, nowNanos);
        // Their heirs hear of it when some time has passed, as others are let go at about the same time.
        states.forEach(state -> lanes.letGo(worker, state));
        stopIfGone(worker, actions);
      }
      case RunEvent.LeaveAsked(String worker) -> leave(worker, actions, nowNanos);
      case RunEvent.SnapshotStored stored -> stored(stored, actions, nowNanos);
      case RunEvent.SnapshotInherited inherited -> inherited(inherited, actions, nowNanos);
      case RunEvent.ChangeAsked(LoadChanges all, int most) -> change(all, most, actions);
      case RunEvent.StopAsked(long drainNanos) -> stop(drainNanos, actions);
      case RunEvent.TimePassed() -> checkDeadlines(actions, nowNanos);
    }
    // Before the start it can be begun anew.
    if (changed && phase == Phase.RUNNING) {
      changed = false;
      actions.addFirst(new RunAction.Save());
    }
    return actions;
  }

  private void resume(long sinceStartNanos, long nowNanos) {
    phase = Phase.RUNNING;
    startedNanos = nowNanos - sinceStartNanos;
    lostNanos = nowNanos;
    long patienceLeft = patience.returnNanos() - patience.silenceNanos();
    members.values().forEach(member -> member.heardNanos = nowNanos + patienceLeft);
  }

  private void begin(List<RunAction> actions, long nowNanos) {
    beganNanos = nowNanos;
    members.forEach((worker, member) -> {
      member.heardNanos = nowNanos;
      actions.add(new RunAction.Prepare(worker));
    });
  }

  private void prepared(
      Member member, String worker, String problem, List<RunAction> actions, long nowNanos) {
    heard(member, worker, actions, nowNanos);
    if (phase == Phase.RUNNING) {
      if (member.leaving && !member.takesPart) {
        actions.add(new RunAction.Stop(worker, 0));
      } else if (problem.isEmpty()) {
        letIn(member, worker, actions);
      }
    } else if (member.leaving) {
      actions.add(new RunAction.Stop(worker, 0));
    } else if (!problem.isEmpty() && member.isLate) {
      members.remove(worker);
    } else if (!problem.isEmpty()) {
      end(member.name + " cannot prepare: " + problem, actions);
    } else {
      member.prepared = true;
      startIfAllPrepared(actions, nowNanos);
    }
  }

  /** A worker that came while the run was on takes its part, now that it is prepared. */
  private void letIn(Member member, String worker, List<RunAction> actions) {
    if (member.takesPart || stopDrainNanos != null) {
      return;
    }
    member.prepared = true;
    member.lost = false;
    member.takesPart = true;
    actions.add(new RunAction.LetIn(worker));
    tellChanges(worker, actions);
    grant(lanes.add(worker), actions);
    actions.add(new RunAction.Start(List.of(worker)));
  }

  private void joined(String worker, String name, List<RunAction> actions, long nowNanos) {
    if (stopDrainNanos == null && !members.containsKey(worker)) {
      var member = new Member(name);
      member.isLate = true;
      member.heardNanos = nowNanos;
      members.put(worker, member);
      actions.add(new RunAction.Prepare(worker));
    }
  }

  private void grant(List<LaneTable.Grant> grants, List<RunAction> actions) {
    for (LaneTable.Grant grant : grants) {
      changed = true;
      Member member = member(grant.worker());
      member.mostLanes = Math.max(member.mostLanes, lanes.lanesOf(grant.worker()));
      actions.add(new RunAction.Assign(grant));
    }
  }

  private void leave(String worker, List<RunAction> actions, long nowNanos) {
    Member member = member(worker);
    if (member.leaving) {
      return;
    }
    member.leaving = true;
    changed = true;
    if (member.isAwaited()) {
      grant(lanes.remove(worker), actions);
      stopIfGone(worker, actions);
    } else if (!member.takesPart) {
      member.lost = true;
      actions.add(new RunAction.LeaveOut(worker, "it leaves"));
      actions.add(new RunAction.Stop(worker, 0));
      if (phase == Phase.PREPARING) {
        startIfAllPrepared(actions, nowNanos);
      }
    }
  }

  /** A worker that was to leave and has let go of all is through. */
  private void stopIfGone(String worker, List<RunAction> actions) {
    if (member(worker).leaving && !lanes.hasAny(worker)) {
      actions.add(new RunAction.Stop(worker, -1));
    }
  }

  /** Any word of a worker that takes part is a sign of life, also from one that was given up. */
  private void heard(Member member, String worker, List<RunAction> actions, long nowNanos) {
    member.heardNanos = nowNanos;
    if (member.lost && member.takesPart && !isOverdue(nowNanos)) {
      member.lost = false;
      changed = true;
      actions.add(new RunAction.CountOnAgain(worker));
      if (!member.handedIn && !member.leaving) {
        grant(lanes.add(worker), actions);
      } else {
        grant(List.of(lanes.grant(worker)), actions);
        stopIfGone(worker, actions);
      }
    }
  }

  private void startIfAllPrepared(List<RunAction> actions, long nowNanos) {
    var ready = new ArrayList<String>();
    for (var entry : members.entrySet()) {
      Member member = entry.getValue();
      if (member.prepared && !member.lost) {
        ready.add(entry.getKey());
      } else if (!member.lost && !member.isLate) {
        return;
      }
    }
    if (ready.isEmpty()) {
      end("every worker was lost before the start", actions);
      return;
    }
    ready.forEach(worker -> member(worker).takesPart = true);
    grant(lanes.deal(ready), actions);
    phase = Phase.RUNNING;
    startedNanos = nowNanos;
    // Who was ready first has waited silently for the others.
    ready.forEach(worker -> member(worker).heardNanos = nowNanos);
    actions.add(new RunAction.Start(ready));
  }

  private void isBack(Member member, String worker, List<RunAction> actions, long nowNanos) {
    if (member.takesPart && !member.handedIn) {
      // Before lanes that there would not be without them.
      tellChanges(worker, actions);
    }
    heard(member, worker, actions, nowNanos);
    // What was said last may have been lost with the link; all of it may be said twice.
    if (!member.takesPart) {
      if (!member.lost || phase == Phase.RUNNING) {
        actions.add(new RunAction.Prepare(worker));
      }
    } else if (!member.handedIn) {
      // Not Prepare: a worker that is through would begin the load once more.
      grant(List.of(lanes.grant(worker)), actions);
      actions.add(new RunAction.Start(List.of(worker)));
      if (stopDrainNanos != null) {
        actions.add(new RunAction.Stop(worker, stopDrainNanos));
      }
    }
  }

  private void stored(
      RunEvent.SnapshotStored stored, List<RunAction> actions, long nowNanos) {
    Member member = member(stored.worker());
    heard(member, stored.worker(), actions, nowNanos);
    member.store(stored.sequence(), stored.last());
    actions.add(new RunAction.Acknowledge(stored.worker(), member.stored));
    endIfAllHandedIn(actions, nowNanos);
  }

  /** What a process has left behind is no word of it, but says that it has ended. */
  private void inherited(
      RunEvent.SnapshotInherited inherited, List<RunAction> actions, long nowNanos) {
    Member member = member(inherited.worker());
    member.store(inherited.sequence(), inherited.last());
    if (phase == Phase.RUNNING && member.isAwaited()) {
      lose(inherited.worker(), "its process has ended", actions, nowNanos);
    }
    endIfAllHandedIn(actions, nowNanos);
  }

  private void stop(long drainNanos, List<RunAction> actions) {
    if (phase == Phase.PREPARING) {
      end("it was stopped before it started", actions);
      return;
    }
    stopDrainNanos = drainNanos;
    changed = true;
    for (var entry : members.entrySet()) {
      if (!entry.getValue().handedIn && entry.getValue().takesPart) {
        actions.add(new RunAction.Stop(entry.getKey(), drainNanos));
      }
    }
  }

  /** Tells the workers first, then gives them the lanes that are new. */
  private void change(LoadChanges all, int most, List<RunAction> actions) {
    changes = all;
    changed = true;
    members.forEach((worker, member) -> {
      if (member.takesPart && !member.handedIn) {
        tellChanges(worker, actions);
      }
    });
    grant(lanes.grow(most), actions);
  }

  private void tellChanges(String worker, List<RunAction> actions) {
    if (!changes.list().isEmpty()) {
      actions.add(new RunAction.ChangeLoad(worker, changes));
    }
  }

  private void checkDeadlines(List<RunAction> actions, long nowNanos) {
    if (phase == Phase.PREPARING) {
      leaveOutLate(actions, nowNanos);
      startIfAllPrepared(actions, nowNanos);
    } else {
      grant(lanes.changes(), actions);
      giveUpSilent(actions, nowNanos);
      endIfAllHandedIn(actions, nowNanos);
    }
  }

  private void leaveOutLate(List<RunAction> actions, long nowNanos) {
    if (nowNanos - beganNanos <= patience.prepareNanos()) {
      return;
    }
    members.forEach((worker, member) -> {
      if (!member.prepared && !member.lost && !member.isLate) {
        member.lost = true;
        actions.add(
            new RunAction.LeaveOut(
                worker, "it was not ready after " + seconds(patience.prepareNanos()) + " s"));
        actions.add(new RunAction.Stop(worker, 0));
      }
    });
  }

  private void giveUpSilent(List<RunAction> actions, long nowNanos) {
    members.forEach((worker, member) -> {
      long silentNanos = nowNanos - member.heardNanos;
      if (member.isAwaited() && isOverdue(nowNanos)) {
        lose(
            worker, "it has not ended " + seconds(nowNanos - startedNanos) + " s after the start",
            actions, nowNanos);
      } else if (member.isAwaited() && silentNanos > patience.silenceNanos()) {
        lose(
            worker, "nothing was heard of it for " + seconds(silentNanos) + " s", actions,
            nowNanos);
      }
    });
  }

  private void lose(String worker, String why, List<RunAction> actions, long nowNanos) {
    member(worker).lost = true;
    changed = true;
    lostNanos = nowNanos;
    actions.add(new RunAction.DeclareLost(worker, why));
    grant(lanes.lose(worker), actions);
  }

  /** Whether the run has gone on for longer than any honest one does. */
  private boolean isOverdue(long nowNanos) {
    return phase == Phase.RUNNING && nowNanos - startedNanos > patience.loadNanos();
  }

  private static long seconds(long nanos) {
    return nanos / 1_000_000_000;
  }

  private void endIfAllHandedIn(List<RunAction> actions, long nowNanos) {
    if (phase == Phase.RUNNING && members.values().stream().noneMatch(Member::isAwaited)
        && !mayComeBack(nowNanos)) {
      end("", actions);
    }
  }

  /** Whether all are lost, and one of them may yet go on with the load. */
  private boolean mayComeBack(long nowNanos) {
    return stopDrainNanos == null
        && !isOverdue(nowNanos)
        && nowNanos - lostNanos <= patience.absenceNanos()
        // Who has left has handed in before the load was over.
        && members.values().stream().noneMatch(member -> member.handedIn && !member.leaving);
  }

  private void end(String problem, List<RunAction> actions) {
    members.forEach((worker, member) -> {
      // One that was given up may still send load, which would spoil what comes next.
      if (phase == Phase.PREPARING || member.lost) {
        actions.add(new RunAction.Stop(worker, 0));
      }
    });
    phase = Phase.ENDED;
    actions.add(new RunAction.End(problem));
  }

  private Member member(String worker) {
    Member member = members.get(worker);
    if (member == null) {
      throw new IllegalArgumentException(worker + " has no part in this run");
    }
    return member;
  }
}
