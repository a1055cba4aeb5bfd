package dev.muster.coordinator.run;

import dev.muster.plan.load.Share;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

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
   */
  public record Patience(long prepareNanos, long silenceNanos) {}

  private static final class Member {

    private boolean prepared;
    private boolean handedIn;
    private boolean lost;
    private long heardNanos;
    private long healthSent;
    private long stored;
    private long last = Long.MAX_VALUE;
    private final TreeSet<Long> storedAhead = new TreeSet<>();

    boolean isAwaited() {
      return !handedIn && !lost;
    }

    /** Keeps the highest sequence below which nothing is missing. */
    void store(long sequence) {
      if (sequence > stored) {
        storedAhead.add(sequence);
        while (storedAhead.remove(stored + 1)) {
          stored++;
        }
      }
    }
  }

  private final int lanes;
  private final Patience patience;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final Map<String, Share> shares = new LinkedHashMap<>();
  private Phase phase = Phase.PREPARING;
  private long beganNanos;

  /**
   * A run of {@code lanes} lanes.
   *
   * @param workers at least one, in the order in which they share the lanes
   */
  public RunMachine(int lanes, List<String> workers, Patience patience) {
    this.lanes = lanes;
    this.patience = patience;
    workers.forEach(worker -> members.put(worker, new Member()));
  }

  /** Where the run is. */
  public Phase phase() {
    return phase;
  }

  /** Who owns which lanes; empty before the start. */
  public Map<String, Share> shares() {
    return shares;
  }

  /** The requests that a worker had sent when it last said so. */
  public long reportedSent(String worker) {
    return member(worker).healthSent;
  }

  /** When a worker was last heard of, on the scale of the events. */
  public long heardNanos(String worker) {
    return member(worker).heardNanos;
  }

  /** Whether a worker is counted as lost. */
  public boolean isLost(String worker) {
    return member(worker).lost;
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
      case RunEvent.WorkerPrepared(String worker, String problem) ->
        prepared(member(worker), worker, problem, actions, nowNanos);
      case RunEvent.LinkBroke(String worker) -> {
        // Not lost yet: it may come back with all it has.
      }
      case RunEvent.LinkIsBack(String worker) -> isBack(member(worker), worker, actions, nowNanos);
      case RunEvent.HealthReported(String worker, long sent) -> {
        Member member = member(worker);
        member.heardNanos = nowNanos;
        member.healthSent = Math.max(member.healthSent, sent);
      }
      case RunEvent.SnapshotStored stored -> stored(stored, actions, nowNanos);
      case RunEvent.StopAsked(long drainNanos) -> stop(drainNanos, actions);
      case RunEvent.TimePassed() -> checkDeadlines(actions, nowNanos);
    }
    return actions;
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
    member.heardNanos = nowNanos;
    if (phase != Phase.PREPARING) {
      return;
    }
    if (!problem.isEmpty()) {
      end(worker + " cannot prepare: " + problem, actions);
      return;
    }
    member.prepared = true;
    startIfAllPrepared(actions);
  }

  private void startIfAllPrepared(List<RunAction> actions) {
    var ready = new ArrayList<String>();
    for (var entry : members.entrySet()) {
      if (!entry.getValue().lost) {
        if (!entry.getValue().prepared) {
          return;
        }
        ready.add(entry.getKey());
      }
    }
    if (ready.isEmpty()) {
      end("every worker was lost before the start", actions);
      return;
    }
    for (int index = 0; index < ready.size(); index++) {
      Share share = Share.of(index, ready.size(), lanes);
      shares.put(ready.get(index), share);
      actions.add(new RunAction.Assign(ready.get(index), 1, share));
    }
    phase = Phase.RUNNING;
    actions.add(new RunAction.Start());
  }

  private void isBack(Member member, String worker, List<RunAction> actions, long nowNanos) {
    member.heardNanos = nowNanos;
    if (phase == Phase.PREPARING && !member.lost) {
      // The answer may have been lost with the link.
      actions.add(new RunAction.Prepare(worker));
    } else if (phase == Phase.RUNNING && shares.containsKey(worker)) {
      member.lost = false;
    }
  }

  private void stored(
      RunEvent.SnapshotStored stored, List<RunAction> actions, long nowNanos) {
    Member member = member(stored.worker());
    member.heardNanos = nowNanos;
    member.store(stored.sequence());
    if (stored.last()) {
      member.last = stored.sequence();
    }
    // Only when nothing before the last one is missing either.
    member.handedIn = member.stored >= member.last;
    actions.add(new RunAction.Acknowledge(stored.worker(), member.stored));
    endIfAllHandedIn(actions);
  }

  private void stop(long drainNanos, List<RunAction> actions) {
    if (phase == Phase.PREPARING) {
      end("it was stopped before it started", actions);
      return;
    }
    for (var entry : members.entrySet()) {
      if (entry.getValue().isAwaited()) {
        actions.add(new RunAction.Stop(entry.getKey(), drainNanos));
      }
    }
  }

  private void checkDeadlines(List<RunAction> actions, long nowNanos) {
    for (var entry : members.entrySet()) {
      Member member = entry.getValue();
      boolean late = phase == Phase.PREPARING
          ? !member.prepared && nowNanos - beganNanos > patience.prepareNanos()
          : nowNanos - member.heardNanos > patience.silenceNanos();
      if (member.isAwaited() && late) {
        member.lost = true;
        long seconds = (nowNanos - member.heardNanos) / 1_000_000_000;
        actions.add(
            new RunAction.DeclareLost(
                entry.getKey(), "nothing was heard of it for " + seconds + " s"));
      }
    }
    if (phase == Phase.PREPARING) {
      startIfAllPrepared(actions);
    } else {
      endIfAllHandedIn(actions);
    }
  }

  private void endIfAllHandedIn(List<RunAction> actions) {
    if (phase == Phase.RUNNING && members.values().stream().noneMatch(Member::isAwaited)) {
      end("", actions);
    }
  }

  private void end(String problem, List<RunAction> actions) {
    if (phase == Phase.PREPARING) {
      members.keySet().forEach(worker -> actions.add(new RunAction.Stop(worker, 0)));
    }
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
