package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What befalls a fleet on EC2 before it has joined: whatever it is, it is told, and in the end nothing is left.
 * What takes a minute on EC2 takes a quarter of one here, where timers end machines.
 */
@SuppressWarnings("NullAway.Init")
class Ec2FaultsIT {

  @TempDir
  private static Path folder = Path.of("");

  private static Ec2Cluster cluster;

  @BeforeAll
  static void start() {
    cluster = Ec2Cluster.start(folder, 15, "--ec2");
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Ec2 ec2() {
    return cluster.ec2();
  }

  private static String[] spawn(String fleet, int count, String... more) {
    return cluster.spawn(
        count, Stream.concat(
            Stream.of("--fleet", fleet, "--ttl", "3h"),
            Stream.of(more)).toArray(String[]::new));
  }

  private static void terminate(String fleet) {
    Muster.Ended ended = cluster.succeed("workers", "terminate", "--ec2", "--fleet", fleet);
    assertThat(ended.out()).containsAnyOf("EC2 lists no instance", "There is nothing");
    assertThat(cluster.isEnded(fleet)).as("nothing is left of %s", fleet).isTrue();
  }

  @AfterEach
  void a_test_that_fails_leaves_no_machines_to_the_next() {
    cluster.endAll();
  }

  @Test
  void half_of_a_fleet_that_never_joins_is_named_ended_and_replaced_once() {
    try (Muster spawn = cluster.start(spawn("half", 2, "--boot-timeout", "30s"))) {
      Ec2Cluster.await("both are launched", () -> cluster.launched("half").size() == 2);
      String cut = cluster.launched("half").getFirst();
      Ec2Cluster.await("nothing reaches it any more", () -> ec2().cut(cut));
      Muster.Ended ended = spawn.awaitEnd();

      assertThat(ended.exitCode()).as("%s", ended).isZero();
      // It may give up by itself, as it cannot fetch anything.
      assertThat(ended.out())
          .containsPattern(cut + " (has not joined within 30 s|ended before it joined)")
          .contains("1 is replaced", "2 of 2 have joined");
      assertThat(ec2().state(cut)).isEqualTo("terminated");
    }
    terminate("half");
  }

  @Test
  void a_coordinator_that_is_killed_between_launch_and_hello_and_comes_back_is_waited_for() {
    try (Muster spawn = cluster.start(spawn("back", 1, "--boot-timeout", "80s"))) {
      spawn.awaitOutput("1 of 1 launched");
      cluster.killCoordinator();
      cluster.startCoordinator();
      Muster.Ended ended = spawn.awaitEnd();

      assertThat(ended.exitCode()).as("%s", ended).isZero();
      assertThat(ended.out()).contains("1 of 1 have joined");
    }
    terminate("back");
  }

  @Test
  void one_that_does_not_come_back_is_said_and_what_was_launched_is_ended() {
    try (Muster spawn = cluster.start(spawn("gone", 1, "--boot-timeout", "12s"))) {
      spawn.awaitOutput("1 of 1 launched");
      cluster.killCoordinator();
      Muster.Ended ended = spawn.awaitEnd();

      assertThat(ended.exitCode()).as("%s", ended).isEqualTo(ExitCode.FAILED.status());
      assertThat(ended.err()).contains("The coordinator does not answer any more")
          .contains("muster workers terminate --ec2")
          .doesNotContain("\tat ");
      assertThat(cluster.isEnded("gone")).isTrue();
    } finally {
      cluster.startCoordinator();
    }
    terminate("gone");
  }

  @Test
  void those_that_ec2_does_not_let_be_ended_are_told_to_be_there() {
    ec2().refuse("TerminateInstances");
    Muster.Ended ended = cluster.run(spawn("refused", 1, "--boot-timeout", "1s"));

    assertThat(ended.exitCode()).as("%s", ended).isEqualTo(ExitCode.FAILED.status());
    String left = cluster.launched("refused").getFirst();
    assertThat(ended.err()).contains("Cannot terminate " + left)
        .contains(
            "What was launched ends by itself after 3h, or with: muster workers terminate --ec2 --fleet refused")
        .doesNotContain("\tat ");
    terminate("refused");
  }

  @Test
  void who_is_killed_while_ec2_launches_leaves_nothing_that_does_not_end_by_itself() {
    long calls = ec2().calls("CreateFleet");
    ec2().hang("CreateFleet", 2_000);
    try (Muster spawn = cluster.start(spawn("killed", 2, "--boot-timeout", "30s"))) {
      Ec2Cluster.await("EC2 is asked", () -> ec2().calls("CreateFleet") > calls);
      Muster.signal("KILL", spawn.handle());
      Muster.awaitGone(spawn.handle());
    }
    Ec2Cluster.await("they are launched", () -> cluster.launched("killed").size() == 2);
    Ec2Cluster.await("they end by themselves", () -> cluster.isEnded("killed"));
    terminate("killed");
  }
}
