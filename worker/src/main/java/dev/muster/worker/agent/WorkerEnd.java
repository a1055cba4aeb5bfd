package dev.muster.worker.agent;

/**
 * How a worker has ended.
 *
 * @param why as a sentence without a full stop; empty when it was told to
 */
public record WorkerEnd(Cause cause, String why) {

  /** What has ended it. */
  public enum Cause {
    /** It was told to, and all is well. */
    TOLD,
    /** Its coordinator is gone or does not want it: to start it again is of no use. */
    NO_COORDINATOR,
    /** A defect of its own. */
    DEFECT
  }

  static WorkerEnd told() {
    return new WorkerEnd(Cause.TOLD, "");
  }

  static WorkerEnd noCoordinator(String why) {
    return new WorkerEnd(Cause.NO_COORDINATOR, why);
  }
}
