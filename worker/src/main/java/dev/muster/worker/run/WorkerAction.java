package dev.muster.worker.run;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChanges;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.Prepare;
import dev.muster.v1.Snapshot;
import java.util.List;

/** Something that a worker's rules want done. */
public sealed interface WorkerAction {

  /** Say this to the coordinator, over the link that is open now. */
  record Say(JoinRequest message) implements WorkerAction {}

  /** Keep a snapshot, as long as {@link Release} or {@link Forget} do not name it. */
  record Keep(PartId of, Snapshot snapshot) implements WorkerAction {}

  /** Say snapshots that are kept, in order, over the link that is open now. */
  record Deliver(PartId of, long first, long last) implements WorkerAction {}

  /** Snapshots up to this one need not be kept any more. */
  record Release(PartId of, long upTo) implements WorkerAction {}

  /** Make ready for a run, and tell of it by {@link WorkerEvent.MadeReady}. */
  record MakeReady(Prepare prepare) implements WorkerAction {}

  /**
   * Begin a run's load.
   *
   * @param startUnixNanos its start instant by this machine's clock
   * @param lanes those that begin with the run, ascending
   */
  record Begin(String run, long startUnixNanos, List<Integer> lanes) implements WorkerAction {}

  /** Take lanes over, in a run whose load has begun. */
  record Take(String run, List<LaneState> lanes) implements WorkerAction {}

  /**
   * Let go of lanes, in a run whose load has begun, and tell of each that has left.
   *
   * @param atOnce whether nothing of them may be sent any more
   */
  record LetGo(String run, List<Integer> lanes, boolean atOnce) implements WorkerAction {}

  /** Change a run's load, which has begun; {@code changes} are all so far. */
  record Change(String run, LoadChanges changes) implements WorkerAction {}

  /**
   * End a run's load.
   *
   * @param drainNanos how long requests in flight may take; negative: as planned
   */
  record EndLoad(String run, long drainNanos) implements WorkerAction {}

  /** End the worker: it was to leave, and has no run any more. */
  record End() implements WorkerAction {}

  /** Nothing of a part is needed any more: all of it is stored, or it never began. */
  record Forget(PartId of) implements WorkerAction {}
}
