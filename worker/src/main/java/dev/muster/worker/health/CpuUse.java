package dev.muster.worker.health;

import org.jspecify.annotations.Nullable;

/**
 * What the worker's process did with the CPU in a stretch of time.
 *
 * @param intervalNanos the length of the stretch
 * @param cpuNanos CPU time of the process
 * @param loopCpuNanos CPU time of the event loop that wanted most, waiting included
 * @param loopWaitNanos how long that event loop waited for a core; 0 where the system does not tell
 * @param machine of the whole machine, where the system tells
 */
public record CpuUse(
    long intervalNanos,
    long cpuNanos,
    long loopCpuNanos,
    long loopWaitNanos,
    @Nullable Machine machine) {

  /**
   * Thousandths of the machine's CPU time.
   *
   * @param stealPerMille taken by the hypervisor
   * @param busyPerMille in use by anybody, stolen time included
   * @param othersPerMille in use by other processes, or stolen
   */
  public record Machine(int stealPerMille, int busyPerMille, int othersPerMille) {}
}
