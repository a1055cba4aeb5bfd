package dev.muster.worker.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What Linux tells, read from samples of it and from the machine that the test runs on. */
class ProcTest {

  @Test
  void a_machines_times_are_read_from_the_line_of_all_cores() {
    assertThat(MachineTimes.parse("cpu  16397 1 3458 92404 872 3 169 27 40 50"))
        .contains(new MachineTimes(16397 + 1 + 3458 + 92404 + 872 + 3 + 169 + 27, 93276, 27));
    assertThat(MachineTimes.parse("cpu 1 2 3 4 5 6 7 8"))
        .contains(new MachineTimes(36, 9, 8));
  }

  @Test
  void a_line_of_something_else_tells_nothing() {
    assertThat(MachineTimes.parse("cpu0 1 2 3 4 5 6 7 8 9 10")).isEmpty();
    assertThat(MachineTimes.parse("cpu 1 2 3 4")).isEmpty();
    assertThat(MachineTimes.parse("")).isEmpty();
  }

  @Test
  void what_a_thread_waited_for_a_core_is_the_second_of_its_numbers() {
    assertThat(ThreadClock.waited("568049672 124674787 3804")).isEqualTo(124_674_787);
    assertThat(ThreadClock.waited("")).isZero();
  }

  @Test
  void a_file_that_is_not_there_tells_nothing() {
    assertThat(Proc.firstLine(Path.of("/proc/no-such-file"))).isEmpty();
    assertThat(Proc.firstLine(Path.of("/proc"))).isEmpty();
  }

  @Test
  void the_clock_of_a_thread_goes_on_while_it_works() {
    ThreadClock clock = ThreadClock.ofCurrentThread();
    CpuReading.OfThread before = clock.read();
    CpuReading.OfThread after = clock.read();
    while (after.cpuNanos() - before.cpuNanos() < 1_000_000) {
      after = clock.read();
    }

    assertThat(after.waitNanos()).isGreaterThanOrEqualTo(before.waitNanos());
    assertThat(after.cpuNanos()).isGreaterThan(before.cpuNanos());
  }
}
