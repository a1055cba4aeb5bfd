package dev.muster.worker.engine;

import dev.muster.plan.load.LoadClock;

/**
 * Translates between the engine's instants and those of its load, which stand still while it is paused.
 * Both are nanoseconds on one scale that never goes back, and the same as long as there was no pause.
 */
record LoadTime(long startNanos, LoadClock clock) {

  /** The load's instant at one of the engine's. */
  long at(long engineNanos) {
    return startNanos + clock.loadNanos(engineNanos - startNanos);
  }

  /**
   * When the load comes to one of its instants; {@link Long#MAX_VALUE} while nobody knows, and for {@link
   * Long#MAX_VALUE} itself.
   */
  long comesAt(long loadNanos) {
    if (loadNanos == Long.MIN_VALUE || loadNanos == Long.MAX_VALUE) {
      return loadNanos;
    }
    long sinceStart = clock.sinceStart(loadNanos - startNanos);
    return sinceStart == Long.MAX_VALUE ? Long.MAX_VALUE : startNanos + sinceStart;
  }
}
