package dev.muster.worker.run;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChanges;
import dev.muster.v1.Assign;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.LetGo;
import dev.muster.v1.Prepared;
import dev.muster.v1.Snapshot;
import dev.muster.wire.LaneMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A worker's part in one run. Pure; for one thread. */
final class RunPart {

  private final PartId id;
  private final String run;
  private final SnapshotOutbox outbox = SnapshotOutbox.fresh();
  private final HeldLanes lanes = new HeldLanes();

  // What was assigned before the load has begun.
  private final TreeSet<Integer> beginning = new TreeSet<>();
  private final List<LaneState> takenOver = new ArrayList<>();

  private LoadChanges changes = LoadChanges.NONE;
  private boolean ready;
  private boolean begun;

  /** A part that a coordinator asks for, over a link that is open. */
  RunPart(PartId id) {
    this.id = id;
    this.run = id.run();
    outbox.linkIsNew();
  }

  boolean isBegun() {
    return begun;
  }

  boolean isDone() {
    return outbox.isDone();
  }

  long epoch() {
    return lanes.epoch();
  }

  void ready(List<WorkerAction> actions) {
    ready = true;
    sayReady(actions);
  }

  void sayReady(List<WorkerAction> actions) {
    if (ready) {
      actions.add(say(run, ""));
    }
  }

  /** What says that a run is ready, or why it is not. */
  static WorkerAction say(String run, String problem) {
    return new WorkerAction.Say(
        JoinRequest.newBuilder()
            .setPrepared(Prepared.newBuilder().setRunId(run).setProblem(problem))
            .build());
  }

  void assign(Assign assign, List<WorkerAction> actions) {
    act(
        lanes.assign(
            assign.getEpoch(), LaneMessages.share(assign.getLanesList()),
            LaneMessages.share(assign.getLetGoList()),
            assign.getStatesList().stream().map(LaneMessages::read).toList()),
        actions);
  }

  void left(List<LaneState> left, List<WorkerAction> actions) {
    var take = new ArrayList<LaneState>();
    var gone = new ArrayList<LaneState>();
    for (LaneState lane : left) {
      HeldLanes.Change change = lanes.left(lane);
      take.addAll(change.take());
      gone.addAll(change.gone());
    }
    addTake(take, actions);
    sayGone(gone, actions);
  }

  private void act(HeldLanes.Change change, List<WorkerAction> actions) {
    var gone = new ArrayList<LaneState>(change.gone());
    if (begun) {
      var take = new ArrayList<LaneState>(change.take());
      change.begin().forEach(lane -> take.add(LaneState.lost(lane, 0)));
      addTake(take, actions);
      addLetGo(change.letGo(), false, actions);
      addLetGo(change.drop(), true, actions);
    } else {
      beginning.addAll(change.begin());
      takenOver.addAll(change.take());
      change.letGo().forEach(lane -> gone.addAll(leftUnbegun(lane)));
      change.drop()
          .forEach(lane -> {
            var _ = leftUnbegun(lane);
          });
    }
    sayGone(gone, actions);
  }

  private void addTake(List<LaneState> take, List<WorkerAction> actions) {
    if (!take.isEmpty()) {
      actions.add(new WorkerAction.Take(run, List.copyOf(take)));
    }
  }

  private void addLetGo(List<Integer> letGo, boolean atOnce, List<WorkerAction> actions) {
    if (!letGo.isEmpty()) {
      actions.add(new WorkerAction.LetGo(run, List.copyOf(letGo), atOnce));
    }
  }

  private List<LaneState> leftUnbegun(Integer lane) {
    LaneState stands = takenOver.stream()
        .filter(state -> state.lane() == lane)
        .findFirst()
        .orElse(LaneState.lost(lane, 0));
    takenOver.remove(stands);
    beginning.remove(lane);
    return lanes.left(stands).gone();
  }

  private void sayGone(List<LaneState> gone, List<WorkerAction> actions) {
    if (!gone.isEmpty()) {
      actions.add(letGo(run, gone));
    }
  }

  /** What says where lanes stand that were let go. */
  static WorkerAction letGo(String run, List<LaneState> lanes) {
    var message = LetGo.newBuilder().setRunId(run);
    lanes.forEach(lane -> message.addLanes(LaneMessages.written(lane)));
    return new WorkerAction.Say(JoinRequest.newBuilder().setLetGo(message).build());
  }

  void begin(long startUnixNanos, List<WorkerAction> actions) {
    if (begun) {
      addTake(lanes.goOn(), actions);
    } else {
      begun = true;
      actions.add(new WorkerAction.Begin(run, startUnixNanos, List.copyOf(beginning)));
      addChange(actions);
      addTake(takenOver, actions);
      beginning.clear();
      takenOver.clear();
    }
  }

  /** Lets the lanes stand still until the next word to begin. */
  void standStill(List<WorkerAction> actions) {
    if (begun) {
      addLetGo(lanes.standStill(), true, actions);
    }
  }

  /** The load was changed; {@code all} that was so far. */
  void change(LoadChanges all, List<WorkerAction> actions) {
    if (all.list().size() > changes.list().size()) {
      changes = all;
      if (begun) {
        addChange(actions);
      }
    }
  }

  int changes() {
    return changes.list().size();
  }

  private void addChange(List<WorkerAction> actions) {
    if (!changes.list().isEmpty()) {
      actions.add(new WorkerAction.Change(run, changes));
    }
  }

  void ended(Snapshot.Builder snapshot, List<WorkerAction> actions) {
    actions.add(new WorkerAction.Keep(id, outbox.add(snapshot)));
    deliver(actions);
  }

  void acknowledged(long sequence, List<WorkerAction> actions) {
    outbox.acknowledged(sequence);
    actions.add(new WorkerAction.Release(id, sequence));
    deliver(actions);
  }

  /** Says once more what may have been lost with a link. */
  void sayAgain(List<WorkerAction> actions) {
    outbox.linkIsNew();
    deliver(actions);
    sayGone(lanes.gone(), actions);
  }

  void linkBroke() {
    outbox.linkBroke();
  }

  private void deliver(List<WorkerAction> actions) {
    deliver(id, outbox, actions);
  }

  /** Delivers what {@code outbox} lets go now. */
  static void deliver(PartId of, SnapshotOutbox outbox, List<WorkerAction> actions) {
    outbox.next()
        .ifPresent(
            span -> actions.add(new WorkerAction.Deliver(of, span.first(), span.last())));
  }
}
