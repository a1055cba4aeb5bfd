package dev.muster.coordinator.merge;

import dev.muster.coordinator.merge.Disturbance.Cause;
import dev.muster.v1.Generator;
import dev.muster.v1.Snapshot;
import java.util.EnumMap;
import java.util.Map;

/**
 * Decides whether a worker was disturbed in a tick. What is less than these limits happens on any
 * machine that is in use, and is small beside what percentiles of a second can tell.
 */
final class Disturbances {

  /**
   * Of a stall, or of many short ones in a tick together. Less comes with a busy machine of few cores;
   * if it goes on, it shows in the schedule lag of the run, which is judged for itself.
   */
  static final double STALL_MS = 100;

  /** With so little of a core left, what an event loop has to do waits for it. */
  static final double BUSY = 0.95;

  /** Below this, hypervisors take time in pieces that are short beside a stall. */
  static final double STEAL = 0.10;

  /** How long, in milliseconds: the longest stall, pause or lag, and all of them. */
  record Extent(double longestMs, double totalMs) {

    static Extent of(double ms) {
      return new Extent(ms, ms);
    }
  }

  private Disturbances() {}

  /**
   * What disturbed the worker of {@code snapshot}, and for how long. Nothing, where it neither sent nor
   * received and there was nothing to disturb.
   *
   * @param lagMs by how much the latest hundredth of its requests left too late
   */
  static Map<Cause, Extent> in(Snapshot snapshot, double lagMs) {
    var causes = new EnumMap<Cause, Extent>(Cause.class);
    if (!measured(snapshot)) {
      return causes;
    }
    Generator generator = snapshot.getGenerator();
    double stall = Math.max(
        generator.getLoopStallNanos(), generator.getProcessStallNanos()) / 1e6;
    double stalled = Math.max(
        stall, Math.max(
            generator.getLoopStalledNanos(), generator.getProcessStalledNanos()) / 1e6);
    double gc = generator.getGcLongestNanos() / 1e6;
    double collected = Math.max(gc, generator.getGcNanos() / 1e6);
    if (Math.max(stalled, collected) >= STALL_MS && 2 * collected >= stalled) {
      causes.put(
          Cause.GC, new Extent(Math.max(stall, gc), Math.max(stalled, collected)));
    } else if (stalled >= STALL_MS) {
      causes.put(Cause.STALL, new Extent(stall, stalled));
    } else if (lagMs >= STALL_MS) {
      causes.put(Cause.LAG, Extent.of(lagMs));
    }
    if (loopShare(generator) >= BUSY) {
      causes.put(Cause.CPU, Extent.of(1e3 * Math.min(1, loopShare(generator))));
    }
    if (steal(generator) >= STEAL) {
      causes.put(Cause.STEAL, Extent.of(1e3 * steal(generator)));
    }
    return causes;
  }

  /** Whether anything was measured in the tick. */
  static boolean measured(Snapshot snapshot) {
    return snapshot.getSent() > 0 || snapshot.getSeriesCount() > 0;
  }

  /** The part of a core that the busiest event loop wanted: had, or waited for. */
  static double loopShare(Generator generator) {
    long wanted = generator.getLoopCpuNanos() + generator.getLoopWaitNanos();
    return generator.getIntervalNanos() == 0 ? 0 : (double) wanted / generator.getIntervalNanos();
  }

  /** The part of the machine's CPU time that went to other machines; 0 where nobody tells. */
  static double steal(Generator generator) {
    return generator.getStealPerMille() / 1e3;
  }
}
