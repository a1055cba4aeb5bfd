package dev.muster.worker.agent;

import dev.muster.v1.Generator;
import dev.muster.worker.health.CpuUse;
import dev.muster.worker.health.GeneratorTick;

/** How the worker did in a tick, as it travels. */
final class GeneratorMessage {

  private GeneratorMessage() {}

  static Generator of(GeneratorTick tick) {
    CpuUse cpu = tick.cpu();
    var message = Generator.newBuilder()
        .setIntervalNanos(cpu.intervalNanos())
        .setCpuNanos(cpu.cpuNanos())
        .setCores(tick.cores())
        .setLoopCpuNanos(cpu.loopCpuNanos())
        .setLoopWaitNanos(cpu.loopWaitNanos())
        .setLoopStallNanos(tick.loopStallNanos())
        .setProcessStallNanos(tick.processStallNanos())
        .setLoopStalledNanos(tick.loopStalledNanos())
        .setProcessStalledNanos(tick.processStalledNanos())
        .setGcNanos(tick.gcNanos())
        .setGcLongestNanos(tick.gcLongestNanos())
        .setHeldBack(tick.heldBack());
    CpuUse.Machine machine = cpu.machine();
    if (machine != null) {
      message.setStealPerMille(machine.stealPerMille())
          .setBusyPerMille(machine.busyPerMille())
          .setOthersPerMille(machine.othersPerMille());
    }
    return message.build();
  }
}
