package dev.muster.coordinator.run;

import dev.muster.plan.load.LoadChanges;
import java.util.List;

/** Something that a run's rules want done. */
public sealed interface RunAction {

  /**
   * Keep {@link RunMachine#saved} durably, before anything is done of what follows it, here or later, and is
   * said to a worker.
   */
  record Save() implements RunAction {}

  /** Ask a worker to prepare. */
  record Prepare(String worker) implements RunAction {}

  /** Give a worker its lanes. */
  record Assign(LaneTable.Grant grant) implements RunAction {}

  /** Tell a worker all that was changed about the load so far. */
  record ChangeLoad(String worker, LoadChanges changes) implements RunAction {}

  /** Tell workers the run's start instant, which the first such action sets. */
  record Start(List<String> workers) implements RunAction {}

  /** Tell a worker that its snapshots up to {@code sequence} are stored. */
  record Acknowledge(String worker, long sequence) implements RunAction {}

  /** Tell a worker to end its load. */
  record Stop(String worker, long drainNanos) implements RunAction {}

  /** Start without a worker: it has no part in the run. */
  record LeaveOut(String worker, String why) implements RunAction {}

  /**
   * Count no longer on a worker: ticks are final without it. It may be dead, or it may go on sending
   * load out of sight; so what it sends beyond its snapshots is known by an upper bound only, see
   * {@link SendLimit}.
   */
  record DeclareLost(String worker, String why) implements RunAction {}

  /** A worker that joined while the run goes on takes part from now on. */
  record LetIn(String worker) implements RunAction {}

  /** Count again on a worker that was declared lost: it has been heard of. */
  record CountOnAgain(String worker) implements RunAction {}

  /**
   * The run has ended.
   *
   * @param problem empty, or a sentence that says why it never started
   */
  record End(String problem) implements RunAction {}
}
