package dev.muster.worker.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.worker.health.CpuReading.OfThread;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuReadingTest {

  private static final long MS = 1_000_000;

  @Test
  void the_event_loop_that_counts_is_the_one_that_wanted_most() {
    var before = new CpuReading(
        -200 * MS, 5_000 * MS, List.of(loop(100, 10), loop(900, 900), loop(50, 0)), null);
    var after = new CpuReading(
        800 * MS, 6_300 * MS, List.of(loop(700, 30), loop(950, 1_450), loop(650, 0)), null);

    CpuUse use = after.since(before);

    assertThat(use.intervalNanos()).isEqualTo(1_000 * MS);
    assertThat(use.cpuNanos()).isEqualTo(1_300 * MS);
    // 620 ms, 600 ms and 600 ms, ran and waited together.
    assertThat(use.loopCpuNanos()).isEqualTo(600 * MS);
    assertThat(use.loopWaitNanos()).isEqualTo(20 * MS);
    assertThat(use.machine()).isNull();
  }

  @Test
  void a_loop_without_a_core_counts_though_it_hardly_ran() {
    var before = new CpuReading(0, 0, List.of(loop(0, 0), loop(0, 0)), null);
    var after = new CpuReading(
        1_000 * MS, 400 * MS, List.of(loop(300, 10), loop(100, 880)), null);

    assertThat(after.since(before).loopCpuNanos()).isEqualTo(100 * MS);
    assertThat(after.since(before).loopWaitNanos()).isEqualTo(880 * MS);
  }

  @Test
  void the_machines_time_is_shared_between_us_others_and_the_hypervisor() {
    var before = new CpuReading(
        0, 0, List.of(), new MachineTimes(10_000, 6_000, 100));
    // Four cores for a second: 150 of 400 hundredths idle, 20 stolen, 100 our own.
    var after = new CpuReading(
        1_000 * MS, 1_000 * MS, List.of(), new MachineTimes(10_400, 6_150, 120));

    assertThat(after.since(before).machine()).isEqualTo(new CpuUse.Machine(50, 625, 375));
  }

  @Test
  void clocks_that_differ_a_little_give_no_impossible_shares() {
    var before = new CpuReading(0, 0, List.of(), new MachineTimes(1_000, 500, 0));
    var after = new CpuReading(
        500 * MS, 700 * MS, List.of(), new MachineTimes(1_060, 499, 0));

    assertThat(after.since(before).machine()).isEqualTo(new CpuUse.Machine(0, 1_000, 0));
  }

  @Test
  void a_machine_that_tells_nothing_has_no_shares() {
    var told = new CpuReading(0, 0, List.of(), new MachineTimes(1_000, 500, 0));
    var untold = new CpuReading(1, 0, List.of(), null);

    assertThat(untold.since(told).machine()).isNull();
    assertThat(told.since(untold).machine()).isNull();
    assertThat(told.since(told).machine()).isNull();
  }

  private static OfThread loop(long cpuMs, long waitMs) {
    return new OfThread(cpuMs * MS, waitMs * MS);
  }
}
