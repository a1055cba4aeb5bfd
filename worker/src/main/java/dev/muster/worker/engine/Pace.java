package dev.muster.worker.engine;

/** Says when the next request may leave, where a worker was started with a limit. */
public interface Pace {

  /**
   * Takes the next instant at which a request may leave, whether or not one then does; the past where
   * that is now.
   *
   * @param nowNanos on the scale of the engine
   */
  long reserve(long nowNanos);

  /** Whether an instant that was reserved may still be used, once it has come. */
  boolean holds(long reservedNanos, long nowNanos);

  /** A request that was due has had to wait for its instant, or was not sent for the lack of one. */
  void heldBack();
}
