package dev.muster.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.v1.Generator;
import dev.muster.worker.health.CpuUse;
import dev.muster.worker.health.GeneratorTick;
import org.junit.jupiter.api.Test;

class GeneratorMessageTest {

  @Test
  void every_figure_travels_in_its_own_place() {
    var cpu = new CpuUse(1, 2, 3, 4, new CpuUse.Machine(5, 6, 7));

    assertThat(GeneratorMessage.of(new GeneratorTick(cpu, 8, 9, 10, 11, 12, 13, 14, 15))).isEqualTo(
        Generator.newBuilder()
            .setIntervalNanos(1)
            .setCpuNanos(2)
            .setLoopCpuNanos(3)
            .setLoopWaitNanos(4)
            .setStealPerMille(5)
            .setBusyPerMille(6)
            .setOthersPerMille(7)
            .setCores(8)
            .setLoopStallNanos(9)
            .setProcessStallNanos(10)
            .setLoopStalledNanos(11)
            .setProcessStalledNanos(12)
            .setGcNanos(13)
            .setGcLongestNanos(14)
            .setHeldBack(15)
            .build());
  }

  @Test
  void what_the_machine_does_not_tell_is_absent_and_not_zero() {
    Generator message = GeneratorMessage
        .of(new GeneratorTick(new CpuUse(1, 2, 3, 4, null), 8, 9, 10, 11, 12, 13, 14, 15));

    assertThat(message.hasStealPerMille()).isFalse();
    assertThat(message.hasBusyPerMille()).isFalse();
    assertThat(message.hasOthersPerMille()).isFalse();
  }
}
