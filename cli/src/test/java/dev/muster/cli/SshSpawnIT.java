package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers on hosts that OpenSSH's own client reaches, and its own server answers for. */
@SuppressWarnings("NullAway.Init")
class SshSpawnIT {

  @TempDir
  private static Path folder = Path.of("");

  private static SshHosts hosts;
  private static Cluster cluster;

  @BeforeAll
  static void start() {
    hosts = SshHosts.start(folder.resolve("ssh"), "one", "two");
    cluster = Cluster.start(folder, 0);
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
    if (hosts != null) {
      hosts.close();
    }
  }

  @AfterEach
  void nothing_is_left() {
    var _ = terminate("one,two");
  }

  private static Ended run(String... arguments) {
    try (Muster muster = Muster.start(Main.class, folder, hosts.environment(), arguments)) {
      return muster.awaitEnd();
    }
  }

  private static Ended spawn(String where, String... more) {
    var command = new ArrayList<>(
        List.of(
            "workers", "spawn", "--ssh", where, "--allow-target", "127.0.0.0/8", "--boot-timeout",
            "60s", "--to", cluster.address()));
    command.addAll(List.of(more));
    return run(command.toArray(String[]::new));
  }

  private static Ended terminate(String where) {
    return run("workers", "terminate", "--ssh", where);
  }

  @Test
  void each_host_gets_what_it_needs_carries_a_plan_and_ends_with_a_proof() throws IOException {
    Ended spawned = spawn("one,two");
    assertThat(spawned.exitCode()).as("%s", spawned).isZero();
    assertThat(spawned.out()).contains("2 of 2 launched: one, two", "2 of 2 have joined",
        "muster workers terminate --ssh one,two --fleet workers");
    ProcessHandle process = process("one");
    assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")))
        .contains("--name=one")
        .doesNotContain("muster1-");

    try (RecordingServer server = RecordingServer.start()) {
      Ended submitted = cluster.ask(
          "submit", cluster.plan("distant", """
              name: distant
              target: %s
              scenario: [ { get: / }, { think: 100ms } ]
              load: { users: 6, duration: 1500ms }
              """.formatted(server.address())), "--headless", "-w", "2", "--out", "distant");
      assertThat(submitted.exitCode()).as("%s", submitted).isIn(0, 4);
      Summary run = SummaryJson.read(folder.resolve("distant/distant_6/summary.json"));
      assertThat(run.workers()).extracting(Summary.Worker::name)
          .containsExactlyInAnyOrder("one", "two");
      assertThat(run.ledger().answered()).isEqualTo(server.requests().size()).isPositive();
    }

    Ended ended = terminate("one,two");
    assertThat(ended.exitCode()).as("%s", ended).isZero();
    assertThat(ended.out()).contains("Ends one on one, two on two",
        "No process of it runs on one, two any more");
    Muster.awaitGone(process);
    assertThat(hosts.state("one").resolve("fleets")).isEmptyDirectory();
    assertThat(terminate("one,two").out())
        .contains("There is nothing of a fleet workers on one, two");
    assertThat(cluster.ask("workers", "list").out()).isEmpty();
  }

  private static ProcessHandle process(String host) throws IOException {
    String text = Files.readString(
        hosts.state(host).resolve("fleets/workers@" + host).resolve(host).resolve("process"));
    return ProcessHandle.of(Long.parseLong(text.substring(0, text.indexOf(' ')))).orElseThrow();
  }

  @Test
  void what_is_there_is_neither_sent_nor_launched_again_and_what_is_missing_is()
      throws IOException {
    assertThat(spawn("one,two").exitCode()).isZero();
    FileTime sent = Files.getLastModifiedTime(hosts.cache("one"));
    ProcessHandle stays = process("two");
    ProcessHandle victim = process("one");
    Muster.signal("KILL", victim);
    Muster.awaitGone(victim);

    Ended again = spawn("one,two");

    assertThat(again.exitCode()).as("%s", again).isZero();
    assertThat(again.out()).contains("2 of 2 launched: one+2, two", "2 of 2 have joined");
    assertThat(stays.isAlive()).isTrue();
    assertThat(Files.getLastModifiedTime(hosts.cache("one"))).isEqualTo(sent);
    try (Stream<Path> kept = Files.list(hosts.cache("one"))) {
      assertThat(kept).as("unpacked once, and nothing beside").hasSize(1);
    }
  }

  @Test
  void hosts_that_cannot_be_had_are_named_each_with_why_and_the_others_come() {
    Ended spawned = spawn(hosts.plain() + ",nowhere,stranger,unknown");

    assertThat(spawned.exitCode()).as("%s", spawned).isEqualTo(ExitCode.FAILED.status());
    assertThat(spawned.out()).contains(
        "1 of 4 launched: 127.0.0.1", "1 of 4 have joined",
        "ssh does not get into nowhere: ", "Connection refused",
        "ssh does not get into stranger: ", "lets nobody in with the keys",
        "ssh does not get into unknown: Host key verification failed.");
    assertThat(terminate(hosts.plain()).out()).contains("No process of it runs on ");
  }

  @Test
  void all_or_none_leaves_nothing_where_one_cannot_be_had() throws IOException {
    Ended spawned = spawn("one,nowhere", "--all");

    assertThat(spawned.exitCode()).as("%s", spawned).isEqualTo(ExitCode.FAILED.status());
    assertThat(spawned.err()).contains("Not all can be had, so none is launched",
        "ssh does not get into nowhere");
    assertThat(terminate("one").out()).doesNotContain("Ends one on one");
  }

  @Test
  void a_host_that_cannot_be_asked_keeps_no_other_from_being_ended() throws IOException {
    assertThat(spawn("one").exitCode()).isZero();
    ProcessHandle process = process("one");

    Ended ended = terminate("one,nowhere");

    assertThat(ended.exitCode()).as("%s", ended).isEqualTo(ExitCode.FAILED.status());
    assertThat(ended.err()).contains("ssh does not get into nowhere");
    Muster.awaitGone(process);
  }
}
