package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.coordinator.report.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What befalls a fleet on EC2 whose coordinator looks after it: whatever it is, no request is lost, and in the
 * end nothing is left. What takes a minute on EC2 takes half of one here, where timers end machines.
 */
@SuppressWarnings("NullAway.Init")
class Ec2FaultsIT {

  private static final String RAMP = """
      name: ramp
      target: http://TARGET:9000
      scenario: [ { get: "/customerdata/${random(1, 4499)}", name: "/customerdata/{id}" }, { think: 100ms } ]
      load: { users: 30, spawn: 2/s, duration: 45s }
      """;

  /** Of a c7i.large as spot, by the stand-in. */
  private static final double USD_PER_HOUR = 0.0357;

  @TempDir
  private static Path folder = Path.of("");

  private static Ec2Cluster cluster;

  @BeforeAll
  static void start() throws IOException {
    cluster = Ec2Cluster.start(folder, 30, "--ec2");
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
  }

  @AfterEach
  void nothing_is_left() {
    assertThat(ec2().states()).allMatch("terminated"::equals);
    Ec2Cluster.await("no machine is left", () -> ec2().machines().isEmpty());
  }

  @Test
  void in_place_of_one_that_is_taken_back_in_the_ramp_another_comes_and_the_meter_has_all() {
    int before = ec2().instances().size();
    cluster.succeed(spawn("taken", 2, "--spot", "--boot-timeout", "80s"));
    List<String> two = ec2().machines();
    try (Muster submit = cluster
        .start(cluster.submit(RAMP.replace("TARGET", ec2().address()), 2, "taken"))) {
      submit.awaitProgress("0:05");
      ec2().takeBack(two.getFirst(), 120);
      Ec2Cluster.await(
          "another is launched at once", () -> ec2().instances().size() == before + 3);
      Muster.Ended ended = submit.awaitEnd();
      assertThat(ended.exitCode()).as("%s", ended).isIn(0, ExitCode.INVALID.status());
      assertThat(cluster.summary("taken").ledger().lost())
          .as("%s\n%s", ended, cluster.coordinatorSaid())
          .isZero();
    }
    JsonNode next = ec2().instances().getLast();
    assertThat(next.path("tags").path("muster:replaces").asString()).isEqualTo(two.getFirst());
    String id = next.path("id").asString();
    Summary summary = cluster.summary("taken");
    assertThat(summary.ledger().balances()).isTrue();
    assertThat(summary.ledger().answered()).isEqualTo(summary.ledger().sent()).isPositive();
    assertThat(summary.workers()).as("the next one took a part, while the run was on")
        .extracting(Summary.Worker::name)
        .containsExactlyInAnyOrder(two.getFirst(), two.getLast(), id);
    assertThat(summary.workers()).noneMatch(Summary.Worker::lostContact);
    assertThat(summary.cost()).as("what it has cost").isNotNull();

    String listed = cluster.succeed("workers", "list", "--to", cluster.address()).out();
    assertThat(listed).contains(two.getLast(), id).doesNotContain(two.getFirst());
    terminate("taken");
    Ec2Cluster.await("the meter knows of all ends", () -> billed("taken").find());
    Matcher bill = billed("taken");
    assertThat(bill.find()).isTrue();
    // What powered itself off has ended when the coordinator saw it, which it looks for every 10 s; the rest is rounding.
    assertThat(Double.parseDouble(bill.group(1)))
        .isCloseTo(recordedUsd(before), within(18 * USD_PER_HOUR / 3_600));
  }

  /** What the meter says of a fleet of three that have ended. */
  private static Matcher billed(String fleet) {
    String listed = cluster.succeed("workers", "list", "--to", cluster.address()).out();
    return Pattern.compile("fleet " + fleet + ": 0 of 3 machines, ([0-9.]+) USD in all")
        .matcher(listed);
  }

  /** What EC2 would bill for those launched since, by the stand-in's own records. */
  private static double recordedUsd(int since) {
    double seconds = 0;
    for (JsonNode each : ec2().instances().subList(since, ec2().instances().size())) {
      Duration lived = Duration.between(
          Instant.parse(each.path("launched").asString()),
          Instant.parse(each.path("terminated").asString()));
      seconds += Math.max(60, Math.ceil(lived.toMillis() / 1_000.0));
    }
    return seconds * USD_PER_HOUR / 3_600;
  }

  @Test
  void half_of_a_fleet_that_never_joins_is_named_ended_and_replaced_once() {
    try (Muster spawn = cluster.start(spawn("half", 2, "--boot-timeout", "30s"))) {
      Ec2Cluster.await("both are launched", () -> ec2().machines().size() == 2);
      String cut = ec2().machines().getFirst();
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
      assertThat(ec2().states()).allMatch("terminated"::equals);
    } finally {
      cluster.startCoordinator();
    }
    terminate("gone");
  }

  @Test
  void who_is_killed_while_ec2_launches_leaves_nothing_that_does_not_end_by_itself() {
    int before = ec2().instances().size();
    long calls = ec2().calls("CreateFleet");
    ec2().hang("CreateFleet", 2_000);
    try (Muster spawn = cluster.start(spawn("killed", 2, "--boot-timeout", "30s"))) {
      Ec2Cluster.await("EC2 is asked", () -> ec2().calls("CreateFleet") > calls);
      Muster.signal("KILL", spawn.handle());
      Muster.awaitGone(spawn.handle());
    }
    Ec2Cluster.await("they are launched", () -> ec2().instances().size() == before + 2);
    Ec2Cluster.await(
        "they end by themselves", () -> ec2().states().stream().allMatch("terminated"::equals));
    terminate("killed");
  }
}
