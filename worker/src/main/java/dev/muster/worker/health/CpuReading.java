package dev.muster.worker.health;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the CPU clocks told at an instant.
 *
 * @param nanos the instant
 * @param processNanos CPU time of the process
 * @param loops of its event loops, always in one order
 * @param machine of the machine, where it tells
 */
record CpuReading(
    long nanos,
    long processNanos,
    List<OfThread> loops,
    @Nullable MachineTimes machine) {

  /** Of a thread: how long it ran, and how long it waited for a core. */
  record OfThread(long cpuNanos, long waitNanos) {

    OfThread since(OfThread earlier) {
      return new OfThread(cpuNanos - earlier.cpuNanos, waitNanos - earlier.waitNanos);
    }

    /** How long it wanted to run. */
    long wantedNanos() {
      return cpuNanos + waitNanos;
    }
  }

  CpuReading {
    loops = List.copyOf(loops);
  }

  /** What happened since {@code earlier}. */
  CpuUse since(CpuReading earlier) {
    long cpu = processNanos - earlier.processNanos;
    var most = new OfThread(0, 0);
    for (int loop = 0; loop < loops.size(); loop++) {
      OfThread own = loops.get(loop).since(earlier.loops.get(loop));
      if (own.wantedNanos() > most.wantedNanos()) {
        most = own;
      }
    }
    return new CpuUse(
        nanos - earlier.nanos, cpu, most.cpuNanos(), most.waitNanos(),
        machine == null || earlier.machine == null
            ? null
            : machineSince(earlier.machine, machine, cpu));
  }

  private static CpuUse.@Nullable Machine machineSince(
      MachineTimes then, MachineTimes now, long cpuNanos) {
    long total = now.total() - then.total();
    if (total <= 0) {
      return null;
    }
    int busy = perMille(total - (now.idle() - then.idle()), total);
    int own = perMille(cpuNanos, total * MachineTimes.UNIT_NANOS);
    return new CpuUse.Machine(
        perMille(now.steal() - then.steal(), total), busy, Math.max(0, busy - own));
  }

  private static int perMille(long part, long whole) {
    return Math.clamp(1_000 * part / whole, 0, 1_000);
  }
}
