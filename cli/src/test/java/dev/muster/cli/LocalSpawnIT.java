package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers on this machine that go on when the command that launched them has ended. */
@SuppressWarnings("NullAway.Init")
class LocalSpawnIT {

  @TempDir
  private static Path folder = Path.of("");

  private static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster = Cluster.start(folder, 0);
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void nothing_is_left() {
    var _ = terminate();
  }

  private static Ended terminate() {
    return Muster.run(folder, "workers", "terminate", "--local");
  }

  private static Ended spawn(int workers, String... more) {
    return cluster.ask(
        Stream.concat(
            Stream.of(
                "workers", "spawn", "--local", String.valueOf(workers), "--allow-target",
                "127.0.0.0/8"),
            Stream.of(more)).toArray(String[]::new));
  }

  private static Path fleet() {
    return folder.resolve("state/muster/fleets/workers");
  }

  private static ProcessHandle process(String worker) {
    try {
      String text = Files.readString(fleet().resolve(worker).resolve("process"));
      return ProcessHandle.of(Long.parseLong(text.substring(0, text.indexOf(' ')))).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void two_are_launched_carry_a_plan_and_end_with_a_proof() throws IOException {
    Ended spawned = spawn(2);
    assertThat(spawned.exitCode()).as("%s", spawned).isZero();
    assertThat(spawned.out()).contains(
        "2 of 2 launched: workers-1, workers-2", "from launch to running", "2 of 2 have joined",
        "muster workers terminate --local --fleet workers");
    List<ProcessHandle> processes = List.of(process("workers-1"), process("workers-2"));
    for (ProcessHandle process : processes) {
      assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")))
          .contains("--end-after=7200s")
          .doesNotContain("muster1-");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fleet())))
        .isEqualTo("rwx------");

    try (RecordingServer server = RecordingServer.start()) {
      Ended submitted = cluster.ask(
          "submit", cluster.plan("spawned", """
              name: spawned
              target: %s
              scenario: [ { get: / }, { think: 100ms } ]
              load: { users: 6, duration: 1500ms }
              """.formatted(server.address())), "--headless", "-w", "2", "--out", "spawned");
      assertThat(submitted.exitCode()).as("%s", submitted).isIn(0, 4);
      Summary run = SummaryJson.read(folder.resolve("spawned/spawned_6/summary.json"));
      assertThat(run.workers()).extracting(Summary.Worker::name)
          .containsExactlyInAnyOrder("workers-1", "workers-2");
      assertThat(run.ledger().answered()).isEqualTo(server.requests().size()).isPositive();
    }

    Ended ended = terminate();
    assertThat(ended.exitCode()).as("%s", ended).isZero();
    assertThat(ended.out()).contains("Ends workers-1 on this machine, workers-2 on this machine",
        "No process of it runs on this machine any more");
    processes.forEach(Muster::awaitGone);
    assertThat(fleet()).doesNotExist();
    assertThat(terminate().out()).contains("There is nothing of a fleet workers on this machine.");
    assertThat(cluster.ask("workers", "list").out()).isEmpty();
  }

  @Test
  void one_that_was_killed_is_all_that_is_launched_when_the_same_is_said_again() {
    assertThat(spawn(2).exitCode()).isZero();
    ProcessHandle stays = process("workers-2");
    ProcessHandle victim = process("workers-1");
    Muster.signal("KILL", victim);
    Muster.awaitGone(victim);

    Ended again = spawn(2);

    assertThat(again.exitCode()).as("%s", again).isZero();
    assertThat(again.out()).contains("2 of 2 launched: workers-2, workers-3", "2 of 2 have joined");
    assertThat(stays.isAlive()).isTrue();
    assertThat(terminate().out()).contains("No process of it runs on this machine any more");
    Muster.awaitGone(stays);
  }

  @Test
  void each_ends_by_itself_when_its_time_is_over() {
    assertThat(spawn(1, "--ttl", "30s").exitCode()).isZero();

    Muster.awaitGone(process("workers-1"));

    assertThat(cluster.ask("workers", "list").out()).isEmpty();
    assertThat(terminate().exitCode()).isZero();
  }

  @Test
  void one_that_cannot_join_is_named_with_its_last_words_and_replaced_once() {
    Ended spawned = spawn(1, "--join", "127.0.0.1:1", "--boot-timeout", "3s");

    assertThat(spawned.exitCode()).as("%s", spawned).isEqualTo(ExitCode.FAILED.status());
    assertThat(spawned.out()).contains(
        "workers-1 has not joined within 3 s", "1 is replaced", "workers-2 has not joined",
        "0 of 1 have joined");
    assertThat(terminate().out()).contains("No process of it runs on this machine any more");
  }

  @Test
  void a_process_that_has_the_number_of_one_that_has_ended_is_left_alone() throws IOException {
    Process other = new ProcessBuilder("sleep", "1000").start();
    try {
      Path worker = Files.createDirectories(fleet().resolve("workers-1"));
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      Files.writeString(worker.resolve("process"), other.pid() + " " + boot + " 1\n");

      Ended ended = terminate();

      assertThat(ended.exitCode()).as("%s", ended).isZero();
      assertThat(fleet()).doesNotExist();
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "spawn --count 2 | one of --ec2, --local, --ssh, --kubernetes",
      "spawn --local 2 --ec2 | --ec2 and --local are different places",
      "spawn --local 2 --type c7g.large | --type: says something of --ec2",
      "spawn --local 2 --image muster:1 | --image: says something of --kubernetes",
      "spawn --local 2 --count 2 | --count: how many there are to be stands behind --local",
      "spawn --local 0 | 1 to 1000 workers, not 0",
      "spawn --local 1 --ttl 1s | live from 10 seconds to 7 days",
      "spawn --local 1 --fleet ../etc | small letters, digits and hyphens",
      "spawn --ec2 | Say how many: --count N",
      "spawn --local 1 --security-group sg-1 | --security-group: says something of --ec2",
      "spawn --kubernetes | Say how many: --count N",
      "spawn --ssh -oProxyCommand=x | is no host",
      "spawn --ssh one,one | one is named twice",
      "terminate | one of --ec2, --local, --ssh, --kubernetes",
      "terminate --local --region us-east-1 | --region: says something of --ec2",
      "terminate --local --fleet ../etc | small letters, digits and hyphens"})
  void what_makes_no_sense_is_refused_with_a_sentence(String said) {
    String[] parts = said.split(" \\| ", -1);
    String more = parts[0].startsWith("spawn") ? " --allow-target 127.0.0.1" : "";

    Ended ended = Muster.run(folder, ("workers " + parts[0] + more).split(" "));

    assertThat(ended.exitCode()).as("%s", ended).isEqualTo(ExitCode.USAGE.status());
    assertThat(ended.err()).contains(parts[1]).doesNotContain("Exception");
  }
}
