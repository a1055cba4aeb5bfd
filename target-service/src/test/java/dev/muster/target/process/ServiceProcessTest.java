package dev.muster.target.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServiceProcessTest {
  @TempDir
  private Path folder = Path.of("");

  @Test
  void a_program_and_all_it_started_end_on_closing() throws Exception {
    Path pids = folder.resolve("pids");
    var process = start("sleep 1000 & echo $! >pids; echo $$ >>pids; wait");
    List<ProcessHandle> both = handles(pids, 2);
    assertThat(both).allMatch(ProcessHandle::isAlive);
    process.close();
    for (ProcessHandle one : both) {
      one.onExit().get(30, TimeUnit.SECONDS);
    }
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void one_that_does_not_want_to_end_is_ended() throws Exception {
    Path pids = folder.resolve("pids");
    var process = start("trap '' TERM; echo $$ >pids; while :; do sleep 1000; done");
    ProcessHandle stubborn = handles(pids, 1).getFirst();
    process.close();
    stubborn.onExit().get(30, TimeUnit.SECONDS);
    assertThat(stubborn.isAlive()).isFalse();
  }

  @Test
  void a_program_dies_with_its_parent_though_that_is_killed() throws Exception {
    var parent = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        System.getProperty("java.class.path"), ParentMain.class.getName(), folder.toString())
        .start();
    try (var said = parent.inputReader()) {
      var program = ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
      assertThat(program.isAlive()).isTrue();
      parent.destroyForcibly();
      program.onExit().get(30, TimeUnit.SECONDS);
      assertThat(program.isAlive()).isFalse();
    }
  }

  @Test
  void what_is_meant_for_the_parents_group_does_not_part_a_program_from_its_keeper()
      throws Exception {
    Path pids = folder.resolve("pids");
    var process = start("echo $$ >pids; sleep 1000");
    ProcessHandle program = handles(pids, 1).getFirst();
    ProcessHandle keeper = program.parent().orElseThrow();
    for (String signal : List.of("-HUP", "-INT", "-TERM")) {
      var kill = new ProcessBuilder("kill", signal, Long.toString(keeper.pid())).start();
      assertThat(kill.waitFor()).isZero();
    }
    assertThat(process.pid()).isEqualTo(program.pid());
    process.close();
    program.onExit().get(30, TimeUnit.SECONDS);
    assertThat(process.ended().get(30, TimeUnit.SECONDS)).isEqualTo(128 + 15);
  }

  @Test
  void closing_ends_a_program_that_has_hardly_begun() throws Exception {
    for (int i = 0; i < 20; i++) {
      var process = ServiceProcess.start(new ServiceProcess.Launch("test program",
          List.of("sleep", "1000"), Map.of(), folder.resolve("log")));
      var program = ProcessHandle.of(process.pid());
      process.close();
      assertThat(program.map(ProcessHandle::isAlive).orElse(false)).isFalse();
    }
  }

  @Test
  void the_last_words_are_not_those_of_an_earlier_start() throws Exception {
    try (var first = start("echo first >&2")) {
      assertThat(first.ended().get(30, TimeUnit.SECONDS)).isZero();
      assertThat(first.lastWords()).isEqualTo("first");
    }
    try (var second = start("exit 1")) {
      assertThat(second.ended().get(30, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(second.lastWords()).isEmpty();
    }
  }

  @Test
  void one_that_ends_by_itself_tells_its_status() throws Exception {
    try (var process = start("exit 7")) {
      assertThat(process.ended().get(30, TimeUnit.SECONDS)).isEqualTo(7);
    }
  }

  @Test
  void waiting_for_the_port_of_a_program_that_ends_tells_its_last_words() {
    try (var ports = new ReservedPorts(); var process = start("echo no disk left >&2; exit 1")) {
      assertThatThrownBy(() -> process.awaitPort(ports.any(), Duration.ofSeconds(30)))
          .isInstanceOf(ProcessException.class)
          .hasMessageContaining("test program ended as soon as it was started")
          .hasMessageEndingWith("no disk left");
    }
  }

  @Test
  void the_environment_reaches_the_program_and_no_message() throws Exception {
    var launch = new ServiceProcess.Launch("test program",
        List.of("/bin/sh", "-c", "test \"${#SECRET}\" = 5"), Map.of("SECRET", "xyzzy"),
        folder.resolve("log"));
    assertThat(launch.toString()).doesNotContain("xyzzy");
    try (var process = ServiceProcess.start(launch)) {
      assertThat(process.ended().get(30, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void a_program_that_is_not_installed_is_named_with_the_cure() {
    assertThatThrownBy(() -> Programs.require("no-such-program", "the memcached architecture"))
        .hasMessage("no-such-program, which the memcached architecture needs, is not installed; "
            + "build/services/install installs it on Debian and Ubuntu");
    assertThat(Programs.find("sh")).isPresent();
  }

  private ServiceProcess start(String script) {
    return ServiceProcess.start(new ServiceProcess.Launch("test program",
        List.of("/bin/sh", "-c", "cd '" + folder + "'; " + script), Map.of(),
        folder.resolve("log")));
  }

  // The program writes its numbers when it is there.
  private static List<ProcessHandle> handles(Path pids, int count) throws IOException {
    while (!Files.exists(pids) || lines(pids).size() < count) {
      Thread.onSpinWait();
    }
    return lines(pids).stream()
        .map(line -> ProcessHandle.of(Long.parseLong(line)).orElseThrow())
        .toList();
  }

  private static List<String> lines(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.filter(line -> !line.isBlank()).toList();
    }
  }
}
