package dev.muster.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class MachineTest {

  @Test
  void facts_are_read_from_what_linux_tells() {
    assertThat(Machine.memory("""
        MemTotal:       24553192 kB
        MemFree:               1 kB
        MemAvailable:       2048 kB
        """)).hasValue(2_097_152);
    assertThat(Machine.openFiles("""
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             95809                95809                processes
        Max open files            20000                524288               files
        """)).hasValue(20_000);
    assertThat(Machine.ports("32768\t60999\n")).hasValue(28_232);
    assertThat(Machine.timeWaitReuse("2\n")).hasValue(2);
  }

  @Test
  void what_is_not_told_stays_empty() {
    assertThat(Machine.memory("")).isEmpty();
    assertThat(
        Machine.openFiles("Max open files            unlimited            unlimited   files"))
        .isEmpty();
    assertThat(Machine.ports("")).isEmpty();
    assertThat(Machine.timeWaitReuse("")).isEmpty();
  }

  @Test
  void a_port_is_free_when_nobody_listens_on_it() throws IOException {
    int port;
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
      assertThat(Machine.isFree(port)).isFalse();
    }
    assertThat(Machine.isFree(port)).isTrue();
  }

  @Test
  void this_machine_can_be_looked_at() {
    MachineFacts facts = Machine.look(7_400);

    assertThat(facts.java()).isEqualTo(Runtime.version().toString());
    assertThat(facts.cores()).isPositive();
    assertThat(facts.coordinatorPort()).isEqualTo(7_400);
  }
}
