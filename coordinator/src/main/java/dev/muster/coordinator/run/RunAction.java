package dev.muster.coordinator.run;

import dev.muster.plan.load.Share;

/** Something that a run's rules want done. */
public sealed interface RunAction {

  /** Ask a worker to prepare. */
  record Prepare(String worker) implements RunAction {}

  /** Give a worker its lanes. */
  record Assign(String worker, long epoch, Share share) implements RunAction {}

  /** Agree on the start instant with everyone that is assigned. */
  record Start() implements RunAction {}

  /** Tell a worker that its snapshots up to {@code sequence} are stored. */
  record Acknowledge(String worker, long sequence) implements RunAction {}

  /** Tell a worker to end its load. */
  record Stop(String worker, long drainNanos) implements RunAction {}

  /** Count no longer on a worker: its ticks are final without it. */
  record DeclareLost(String worker, String why) implements RunAction {}

  /**
   * The run has ended.
   *
   * @param problem empty, or a sentence that says why it never started
   */
  record End(String problem) implements RunAction {}
}
