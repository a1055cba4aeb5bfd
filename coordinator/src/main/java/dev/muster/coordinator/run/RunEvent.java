package dev.muster.coordinator.run;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChanges;
import java.util.List;

/** Something that a run's rules have to know. */
public sealed interface RunEvent {

  /** The run begins. */
  record Began() implements RunEvent {}

  /**
   * Another process goes on with the run, whose workers are looking for it.
   *
   * @param sinceStartNanos how long ago its start instant was
   */
  record Resumed(long sinceStartNanos) implements RunEvent {}

  /**
   * A worker is ready, or says why it cannot be.
   *
   * @param problem empty when ready
   */
  record WorkerPrepared(String worker, String problem) implements RunEvent {}

  /**
   * A worker has joined again, with what it had. That its link broke is no event: only silence, told
   * by {@link TimePassed}, makes a worker lost.
   *
   * @param epoch the newest that it has acted on; 0 for none
   */
  record LinkIsBack(String worker, long epoch) implements RunEvent {}

  /** A worker has joined that the run does not know. */
  record Joined(String worker, String name) implements RunEvent {}

  /**
   * A worker said how it does.
   *
   * @param epoch the newest that it has heard of; 0 for none
   */
  record HealthReported(String worker, long sent, long epoch) implements RunEvent {}

  /** A worker has let go of lanes, and said where they stand. */
  record LanesLetGo(String worker, List<LaneState> lanes) implements RunEvent {}

  /** A worker is to take no part any more, and its lanes are to go to others. */
  record LeaveAsked(String worker) implements RunEvent {}

  /**
   * A snapshot is stored durably, be it for the first time or again.
   *
   * @param sequence its number among the worker's snapshots of the run, from 1
   * @param last whether the worker has none after it
   */
  record SnapshotStored(String worker, long sequence, boolean last) implements RunEvent {}

  /**
   * A snapshot is stored durably that another worker has delivered, as the process that measured it has
   * ended.
   */
  record SnapshotInherited(String worker, long sequence, boolean last) implements RunEvent {}

  /**
   * Somebody wants the load to change, in a run that has started.
   *
   * @param changes all so far, those before included
   * @param lanes how many the run has with them
   */
  record ChangeAsked(LoadChanges changes, int lanes) implements RunEvent {}

  /**
   * Somebody wants the run to end.
   *
   * @param drainNanos how long requests in flight may take; negative: as planned
   */
  record StopAsked(long drainNanos) implements RunEvent {}

  /** Nothing happened; some time went by. */
  record TimePassed() implements RunEvent {}
}
