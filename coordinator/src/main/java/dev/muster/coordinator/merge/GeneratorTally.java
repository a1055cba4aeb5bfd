package dev.muster.coordinator.merge;

import dev.muster.coordinator.merge.Disturbance.Cause;
import dev.muster.v1.Generator;
import dev.muster.v1.Snapshot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How one worker itself did over a run, added up from its snapshots. For one thread. */
public final class GeneratorTally {

  /** A machine with less of its CPU time left has no core for whoever wants one. */
  private static final int FULL_PER_MILLE = 900;

  /** Others are what fills a machine, when they take the half of it. */
  private static final int OTHERS_PER_MILLE = 450;

  private final String worker;
  private final Map<Cause, List<Disturbance>> disturbances = new EnumMap<>(Cause.class);
  private long ticks;
  private long crowdedTicks;
  private long heldBack;
  private int cores;
  private double cpuNanos;
  private double intervalNanos;
  private double cpuMax;
  private double loopMax;
  private double stealMax;
  private long gcNanos;
  private long gcLongestNanos;
  private long stallLongestNanos;

  /** A tally of the worker of this name. */
  GeneratorTally(String worker) {
    this.worker = worker;
  }

  /**
   * Adds a snapshot, each once and in order.
   *
   * @param lagMs by how much the latest hundredth of its requests left too late
   */
  void add(Snapshot snapshot, double lagMs) {
    Generator generator = snapshot.getGenerator();
    if (Disturbances.measured(snapshot)) {
      ticks++;
      crowdedTicks += isCrowded(generator) ? 1 : 0;
    }
    Disturbances.in(snapshot, lagMs)
        .forEach((cause, extent) -> note(cause, snapshot.getTick(), extent));
    heldBack += generator.getHeldBack();
    double interval = generator.getIntervalNanos();
    if (interval > 0) {
      cpuNanos += generator.getCpuNanos();
      intervalNanos += interval;
      cpuMax = Math.max(cpuMax, generator.getCpuNanos() / interval);
      loopMax = Math.max(loopMax, Disturbances.loopShare(generator));
    }
    cores = Math.max(cores, generator.getCores());
    stealMax = Math.max(stealMax, Disturbances.steal(generator));
    gcNanos += generator.getGcNanos();
    gcLongestNanos = Math.max(gcLongestNanos, generator.getGcLongestNanos());
    stallLongestNanos = Math.max(
        stallLongestNanos,
        Math.max(generator.getLoopStallNanos(), generator.getProcessStallNanos()));
  }

  private static boolean isCrowded(Generator generator) {
    return generator.getBusyPerMille() >= FULL_PER_MILLE
        && generator.getOthersPerMille() >= OTHERS_PER_MILLE;
  }

  private void note(Cause cause, long tick, Disturbances.Extent extent) {
    List<Disturbance> before = disturbances.computeIfAbsent(cause, _ -> new ArrayList<>());
    if (!before.isEmpty() && before.getLast().lastTick() + 1 == tick) {
      before.add(before.removeLast().andNext(extent.longestMs(), extent.totalMs()));
    } else {
      before.add(new Disturbance(
          worker, cause, tick, tick, extent.longestMs(), extent.totalMs()));
    }
  }

  /** The figures of the whole run so far; null where the worker told nothing of itself. */
  public @Nullable GeneratorFigures figures() {
    return cores == 0
        ? null
        : new GeneratorFigures(
            cores, intervalNanos == 0 ? 0 : 100 * cpuNanos / intervalNanos, 100 * cpuMax,
            100 * loopMax,
            100 * stealMax, gcNanos / 1e6, gcLongestNanos / 1e6, stallLongestNanos / 1e6);
  }

  /** What disturbed it, by cause and then by time. */
  public List<Disturbance> disturbances() {
    return disturbances.values().stream().flatMap(List::stream).toList();
  }

  /**
   * What there is to judge it by.
   *
   * @param ended requests of it that ended
   */
  GeneratorEvidence evidence(long ended) {
    return new GeneratorEvidence(
        worker, ended, ticks, 4 * crowdedTicks >= Math.max(1, ticks), heldBack, disturbances());
  }
}
