package dev.muster.worker.run;

import dev.muster.plan.load.LaneState;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.Snapshot;
import java.util.List;

/** Something that a worker's rules have to know. */
public sealed interface WorkerEvent {

  /** A coordinator said something over the link that is open now. */
  record Said(JoinResponse message) implements WorkerEvent {}

  /** The link is gone; what is said from now on is lost, until a coordinator says Welcome over another. */
  record LinkBroke() implements WorkerEvent {}

  /**
   * No coordinator could be reached for so long that the load must not go on by itself. It stands still until
   * one says Start.
   */
  record Orphaned() implements WorkerEvent {}

  /** So many snapshots of a run wait to be stored that no more must be made. */
  record TooMuchIsKept(String run) implements WorkerEvent {}

  /**
   * Another process of this host has ended and has left snapshots behind, to be delivered from here.
   *
   * @param first the number of the first
   * @param last the number of the last
   */
  record Inherited(PartId of, long first, long last) implements WorkerEvent {}

  /** Somebody wants this worker to leave, once it has given its lanes away. */
  record LeaveAsked() implements WorkerEvent {}

  /**
   * This worker's machine will be taken from it. It leaves at once, if it is known when; else somebody else
   * decides.
   *
   * @param takenUnixNanos when, by this machine's clock; 0: it is likely, and nobody says when
   * @param reason for people
   */
  record Noticed(long takenUnixNanos, String reason) implements WorkerEvent {}

  /**
   * A run that was to be made ready is, or cannot be.
   *
   * @param problem empty when ready
   */
  record MadeReady(String run, String problem) implements WorkerEvent {}

  /** A tick of a run is over; {@code snapshot} has no number yet. */
  record TickEnded(String run, Snapshot.Builder snapshot) implements WorkerEvent {}

  /** Lanes have left their event loop. */
  record LanesLeft(String run, List<LaneState> lanes) implements WorkerEvent {}
}
