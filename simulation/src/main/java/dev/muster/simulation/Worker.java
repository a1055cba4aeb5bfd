package dev.muster.simulation;

import dev.muster.plan.RunPlan;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChanges;
import dev.muster.v1.ClockReading;
import dev.muster.v1.Health;
import dev.muster.v1.Inherited;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.Snapshot;
import dev.muster.worker.run.PartId;
import dev.muster.worker.run.WorkerAction;
import dev.muster.worker.run.WorkerEvent;
import dev.muster.worker.run.WorkerRules;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A worker process: the rules in earnest, around them what the dice say. */
final class Worker {

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  /** Shorter than some absences of the coordinator, longer than others. */
  static final long ORPHAN_NANOS = 6 * SECOND;

  private final String id;
  private final Host host;
  private final Timeline timeline;
  private final Random random;
  private final RunPlan plan;
  private final Target target;
  private final Coordinator coordinator;
  private final long clockOffsetNanos;
  private final double clockDrift;
  private final long mostDelayNanos;
  private final WorkerRules rules;
  private final List<Runnable> whilePaused = new ArrayList<>();
  private @Nullable Load load;
  private @Nullable Link link;
  private long made;
  private long orphanedFrom;
  private long wokeNanos;
  private boolean dead;
  private boolean paused;
  private boolean cutOff;

  Worker(
      String id, Host host, Timeline timeline, Random random, RunPlan plan, Target target,
      Coordinator coordinator, long mostDelayNanos) {
    this.id = id;
    this.host = host;
    this.rules = new WorkerRules(id);
    this.timeline = timeline;
    this.random = random;
    this.plan = plan;
    this.target = target;
    this.coordinator = coordinator;
    this.mostDelayNanos = mostDelayNanos;
    this.clockOffsetNanos = random.nextLong(-2 * SECOND, 2 * SECOND);
    this.clockDrift = 1 + (random.nextDouble() - 0.5) * 2e-4;
    connect();
    health();
  }

  String id() {
    return id;
  }

  Host host() {
    return host;
  }

  /**
   * Whether it has been without a coordinator for so long that its users stand still, and those that waited for
   * an answer have had it.
   */
  boolean standsStill() {
    return !dead && !paused && !rules.isWelcome() && orphanedFrom != 0
        && timeline.now() - Math.max(orphanedFrom + ORPHAN_NANOS, wokeNanos) > 3 * SECOND;
  }

  /** How many snapshots it has ever made. */
  long made() {
    return made;
  }

  boolean isDead() {
    return dead;
  }

  /** Whether it can do and be told anything at the moment. */
  boolean isWell() {
    return !dead && !paused && !cutOff;
  }

  long sent() {
    return load == null ? 0 : load.sentSoFar();
  }

  long epoch() {
    return rules.epoch(Coordinator.RUN);
  }

  /** How many changes of the load it has heard of. */
  int changes() {
    return rules.changes(Coordinator.RUN);
  }

  /** The lanes that it has now. */
  BitSet lanes() {
    return load == null || load.isOver() ? new BitSet() : load.lanes();
  }

  boolean isThrough() {
    return rules.runs().isEmpty();
  }

  private long ownClock() {
    return clockOffsetNanos + (long) (timeline.now() * clockDrift);
  }

  // ---- faults

  void kill() {
    dead = true;
    if (link != null) {
      link.breakNow(coordinator::linkBroke, _ -> {});
    }
  }

  void pause(long nanos) {
    if (!dead && !paused) {
      paused = true;
      timeline.after(nanos, () -> {
        paused = false;
        wokeNanos = timeline.now();
        var missed = new ArrayList<Runnable>(whilePaused);
        whilePaused.clear();
        missed.forEach(this::whenAwake);
      });
    }
  }

  /** The network to the coordinator is cut; neither side hears of it at once. */
  void cutOff(long nanos) {
    cutOff = true;
    if (link != null) {
      Link cut = link;
      cut.breakNow(_ -> {}, _ -> {});
      timeline.after(random.nextLong(1 + nanos), () -> coordinator.linkBroke(cut));
      timeline.after(random.nextLong(1 + nanos), () -> whenAwake(() -> linkBroke(cut)));
    }
    timeline.after(nanos, () -> cutOff = false);
  }

  void breakLink() {
    if (link != null) {
      link.breakNow(coordinator::linkBroke, this::linkBrokeWhenAwake);
    }
  }

  private void whenAwake(Runnable what) {
    if (dead) {
      return;
    }
    if (paused) {
      whilePaused.add(what);
    } else {
      what.run();
    }
  }

  // ---- the link

  private void connect() {
    if (cutOff) {
      timeline.after(retryNanos(), () -> whenAwake(this::connect));
      return;
    }
    var fresh = new Link(timeline, random, mostDelayNanos);
    link = fresh;
    long acted = epoch();
    fresh.up(() -> coordinator.joined(this, fresh, acted));
  }

  private long retryNanos() {
    return random.nextLong(100 * MILLI, 2 * SECOND);
  }

  /** This side hears that the link has broken. */
  void linkBrokeWhenAwake(Link broken) {
    whenAwake(() -> linkBroke(broken));
  }

  private void linkBroke(Link broken) {
    if (broken == link) {
      link = null;
      if (rules.isWelcome()) {
        orphanedLater();
      }
      act(new WorkerEvent.LinkBroke());
      timeline.after(retryNanos(), () -> whenAwake(this::connect));
    }
  }

  private void orphanedLater() {
    long since = timeline.now();
    orphanedFrom = since;
    timeline.after(ORPHAN_NANOS, () -> whenAwake(() -> {
      if (orphanedFrom == since && !rules.isWelcome()) {
        act(new WorkerEvent.Orphaned());
      }
    }));
  }

  /** From the coordinator's side. */
  void end(Link ended) {
    ended.breakNow(_ -> {}, this::linkBrokeWhenAwake);
  }

  void hear(Link over, JoinResponse message) {
    whenAwake(() -> {
      if (over != link) {
        return;
      }
      if (message.hasClockProbe()) {
        say(
            JoinRequest.newBuilder()
                .setClockReading(
                    ClockReading.newBuilder()
                        .setProbeSentUnixNanos(message.getClockProbe().getSentUnixNanos())
                        .setReceivedUnixNanos(ownClock())
                        .setRepliedUnixNanos(ownClock()))
                .build());
      } else {
        act(new WorkerEvent.Said(message));
        if (message.hasWelcome()) {
          inherit();
        }
      }
    });
  }

  private void inherit() {
    host.leftToOthersThan(id)
        .forEach(
            (of, left) -> act(new WorkerEvent.Inherited(of, left.firstKey(), left.lastKey())));
  }

  private void say(JoinRequest message) {
    Link over = link;
    if (over != null) {
      over.up(() -> coordinator.hear(this, over, message));
    }
  }

  private void health() {
    timeline.after(SECOND, () -> {
      if (!dead) {
        whenAwake(() -> {
          if (rules.isWelcome()) {
            say(
                JoinRequest.newBuilder()
                    .setHealth(
                        Health.newBuilder()
                            .setRunId(isThrough() ? "" : Coordinator.RUN)
                            .setSent(sent())
                            .setEpoch(epoch()))
                    .build());
          }
        });
        health();
      }
    });
  }

  // ---- the rules

  private void act(WorkerEvent event) {
    for (WorkerAction action : rules.on(event)) {
      switch (action) {
        case WorkerAction.Say(JoinRequest message) -> say(message);
        case WorkerAction.Keep(PartId of, Snapshot snapshot) -> {
          made++;
          host.keep(of, snapshot);
        }
        case WorkerAction.Deliver(PartId of, long first, long last) -> host.read(of, first, last)
            .forEach(snapshot -> say(delivery(of, snapshot)));
        case WorkerAction.Release(PartId of, long upTo) -> host.release(of, upTo);
        case WorkerAction.MakeReady _ -> timeline.after(
            random.nextLong(2 * SECOND),
            () -> whenAwake(() -> act(new WorkerEvent.MadeReady(Coordinator.RUN, ""))));
        case WorkerAction.Begin(String _, long startUnixNanos, List<Integer> lanes) -> begin(
            timeline.now() + startUnixNanos - ownClock(), lanes);
        case WorkerAction.Take(String _, List<LaneState> lanes) -> begun().take(lanes);
        case WorkerAction.LetGo(String _, List<Integer> lanes, boolean atOnce) -> begun()
            .letGo(lanes, atOnce);
        case WorkerAction.Change(String _, LoadChanges changes) -> begun().change(changes);
        case WorkerAction.EndLoad(String _, long drainNanos) -> begun().stop(drainNanos);
        case WorkerAction.End() -> kill();
        // What it sent is remembered, to be held against the target's count.
        case WorkerAction.Forget(PartId of) -> host.forget(of);
      }
    }
  }

  private JoinRequest delivery(PartId of, Snapshot snapshot) {
    return of.worker().equals(id)
        ? JoinRequest.newBuilder().setSnapshot(snapshot).build()
        : JoinRequest.newBuilder()
            .setInherited(
                Inherited.newBuilder().setWorkerId(of.worker()).setSnapshot(snapshot))
            .build();
  }

  private Load begun() {
    if (load == null) {
      throw new IllegalStateException(id + " has not begun");
    }
    return load;
  }

  private void begin(long startNanos, List<Integer> lanes) {
    if (load != null) {
      throw new IllegalStateException(id + " begins twice");
    }
    load = new Load(
        Coordinator.RUN, plan, startNanos, lanes, timeline, target,
        () -> random.nextLong(MILLI, random.nextInt(50) == 0 ? SECOND : 20 * MILLI),
        this::whenAwake,
        new Load.Listener() {
          @Override
          public void tickEnded(Snapshot.Builder snapshot) {
            act(new WorkerEvent.TickEnded(Coordinator.RUN, snapshot));
          }

          @Override
          public void lanesLeft(List<LaneState> lanes) {
            act(new WorkerEvent.LanesLeft(Coordinator.RUN, lanes));
          }
        });
  }
}
