package dev.muster.deploy.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChildProcessTest {

  @TempDir
  private Path folder = Path.of("");

  @Test
  void a_child_does_not_hear_of_an_interrupt_from_its_first_instant_on() throws IOException {
    try (ChildProcess child = start("kill -INT $$; echo goes on; cat")) {
      assertThat(child.firstLine()).isEqualTo("goes on");
    }
  }

  @Test
  void what_a_child_starts_does_not_hear_of_it_either() throws IOException {
    try (ChildProcess child = start("sh -c 'kill -INT $$; echo goes on'; cat")) {
      assertThat(child.firstLine()).isEqualTo("goes on");
    }
  }

  @Test
  void we_take_interrupts_as_before() throws IOException {
    List<String> before = signals();
    start("exec cat").close();
    start("exec cat").close();
    assertThat(signals()).isEqualTo(before);
  }

  @Test
  void a_program_that_is_not_there_leaves_us_with_our_interrupts_too() throws IOException {
    List<String> before = signals();
    assertThatThrownBy(
        () -> ChildProcess.start(
            List.of(folder.resolve("nothing").toString()), Map.of(), folder.resolve("log"), false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nothing");
    assertThat(signals()).isEqualTo(before);
  }

  @Test
  void a_child_ends_when_its_input_does() throws IOException {
    ChildProcess child = start("echo here; exec cat");
    assertThat(child.firstLine()).isEqualTo("here");
    child.close();
    assertThat(child.isAlive()).isFalse();
  }

  private ChildProcess start(String script) throws IOException {
    return ChildProcess.start(
        List.of("/bin/sh", "-c", script), Map.of(), folder.resolve("log"), true);
  }

  /** Which signals this process ignores, and which it takes; nothing where the system does not tell. */
  private static List<String> signals() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        ? Files.readAllLines(status)
            .stream()
            .filter(line -> line.startsWith("SigIgn:") || line.startsWith("SigCgt:"))
            .toList()
        : List.of();
  }
}
