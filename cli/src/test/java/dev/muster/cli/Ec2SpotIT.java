package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.coordinator.report.Summary;
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
 * What becomes of a run when EC2 takes instances back, or is likely to, whose coordinator looks after its fleets:
 * no request is lost, others come in their place, and the meter has all.
 */
@SuppressWarnings("NullAway.Init")
class Ec2SpotIT {

  private static final String RAMP = """
      name: ramp
      target: http://TARGET
      scenario: [ { get: "/customerdata/${random(1, 4499)}", name: "/customerdata/{id}" }, { think: 100ms } ]
      load: { users: 30, spawn: 2/s, duration: 10m }
      """;

  /** Of a c7i.large as spot, by the stand-in. */
  private static final double USD_PER_HOUR = 0.0357;

  @TempDir
  private static Path folder = Path.of("");

  private static Ec2Cluster cluster;

  @BeforeAll
  static void start() {
    cluster = Ec2Cluster.start(folder, 60, "--ec2");
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

  @AfterEach
  void a_test_that_fails_leaves_no_machines_to_the_next() {
    cluster.endAll();
  }

  @Test
  void in_place_of_one_that_is_taken_back_in_the_ramp_another_comes_and_the_meter_has_all() {
    List<String> two = spawned("taken");
    try (Muster submit = cluster.start(cluster.submit(RAMP, 2, "taken"))) {
      submit.awaitProgress("0:05");
      ec2().takeBack(two.getFirst(), 120);
      String next = replacements("taken", two.getFirst()).getFirst();
      Ec2Cluster.await("it leaves", () -> ec2().state(two.getFirst()).equals("terminated"));
      awaitPart(next);
      assertNothingIsLost(stopped(submit, "taken"), two.getFirst(), two.getLast(), next);
    }
    assertMeterHasAll("taken", 3, 2);
  }

  @Test
  void one_that_is_likely_to_be_taken_back_leaves_a_run_when_another_has_come_and_not_before() {
    List<String> two = spawned("likely");
    String old = two.getFirst();
    try (Muster submit = cluster.start(cluster.submit(RAMP, 2, "likely"))) {
      submit.awaitProgress("0:05");
      ec2().recommendRebalance(old);
      String next = replacements("likely", old).getFirst();
      Ec2Cluster.await("it leaves", () -> ec2().state(old).equals("terminated"));
      assertThat(cluster.coordinatorSaid()).as("in this order")
          .containsSubsequence(
              "The machine of worker " + old + " is likely to be taken back",
              "Worker " + next + " has joined", "Worker " + old + " wants to leave");
      assertNothingIsLost(stopped(submit, "likely"), old, two.getLast(), next);
    }
    assertMeterHasAll("likely", 3, 2);
  }

  @Test
  void when_all_are_taken_back_at_once_in_the_ramp_those_who_come_in_their_place_go_on() {
    List<String> two = spawned("all");
    try (Muster submit = cluster.start(cluster.submit(RAMP, 2, "all"))) {
      submit.awaitProgress("0:05");
      two.forEach(each -> ec2().takeBack(each, 120));
      List<String> next = replacements("all", two.toArray(String[]::new));
      Ec2Cluster.await(
          "both leave",
          () -> two.stream().map(ec2()::state).allMatch("terminated"::equals));
      next.forEach(Ec2SpotIT::awaitPart);
      assertNothingIsLost(
          stopped(submit, "all"),
          Stream.concat(two.stream(), next.stream()).toArray(String[]::new));
    }
    assertMeterHasAll("all", 4, 2);
  }

  @Test
  void a_notice_that_comes_while_the_coordinator_is_away_is_told_to_the_one_that_comes_back() {
    List<String> two = spawned("unheard");
    String taken = two.getFirst();
    try (Muster submit = cluster.start(cluster.submit(RAMP, 2, "unheard"))) {
      submit.awaitProgress("0:05");
      cluster.killCoordinator();
      try {
        ec2().takeBack(taken, 120);
        Ec2Cluster.await(
            "it knows", () -> ec2().console(taken).contains("This machine is taken at"));
      } finally {
        cluster.startCoordinator();
      }
      String next = replacements("unheard", taken).getFirst();
      Ec2Cluster.await("it leaves", () -> ec2().state(taken).equals("terminated"));
      awaitPart(next);
      assertNothingIsLost(stopped(submit, "unheard"), taken, two.getLast(), next);
    }
    assertMeterHasAll("unheard", 3, 2);
  }

  private static List<String> spawned(String fleet) {
    cluster.succeed(
        cluster.spawn(
            2, "--fleet", fleet, "--spot", "--ttl", "3h", "--boot-timeout", "80s"));
    return cluster.launched(fleet);
  }

  /** Those that are launched in place of these, waited for. */
  private static List<String> replacements(String fleet, String... taken) {
    Ec2Cluster.await(
        "others are launched", () -> cluster.launched(fleet).size() == 2 + taken.length);
    List<JsonNode> next = cluster.records(fleet).subList(2, 2 + taken.length);
    assertThat(next).extracting(each -> each.path("tags").path("muster:replaces").asString())
        .containsExactlyInAnyOrder(taken);
    return next.stream().map(each -> each.path("id").asString()).toList();
  }

  private static void awaitPart(String worker) {
    Ec2Cluster.await(
        worker + " takes part",
        () -> cluster.coordinatorSaid().contains("Worker " + worker + " takes part in"));
  }

  /** The results of a run that goes on for some more of its seconds, so that whoever takes part sends something. */
  private static Summary stopped(Muster submit, String out) {
    long told = ticks(submit);
    Ec2Cluster.await("it goes on", () -> ticks(submit) >= told + 2);
    cluster.succeed("runs", "stop", cluster.newestRun(), "--to", cluster.address());
    Muster.Ended ended = submit.awaitEnd();
    assertThat(ended.exitCode()).as("%s", ended).isIn(0, ExitCode.INVALID.status());
    return cluster.summary(out);
  }

  /** How often it has told how far it is. */
  private static long ticks(Muster submit) {
    return submit.progress().lines().filter(line -> line.endsWith(" left")).count();
  }

  private static void assertNothingIsLost(Summary summary, String... workers) {
    assertThat(summary.ledger().lost()).as(() -> cluster.coordinatorSaid()).isZero();
    assertThat(summary.ledger().balances()).isTrue();
    assertThat(summary.ledger().answered()).isEqualTo(summary.ledger().sent()).isPositive();
    assertThat(summary.workers()).extracting(Summary.Worker::name)
        .containsExactlyInAnyOrder(workers);
    assertThat(summary.workers()).as("all of them took a part")
        .noneMatch(Summary.Worker::lostContact)
        .allMatch(each -> each.sent() > 0);
    assertThat(summary.disturbances()).noneMatch(each -> each.cause().equals("absent"));
    assertThat(summary.cost()).as("what it has cost").isNotNull();
  }

  /** So many are left, and when they have ended it is known what all have cost. */
  private static void assertMeterHasAll(String fleet, int all, int left) {
    String there = "fleet " + fleet + ": " + left + " of " + all + " machines";
    Ec2Cluster.await("the meter has " + there, () -> listed().contains(there));
    cluster.succeed("workers", "terminate", "--ec2", "--fleet", fleet);
    assertThat(cluster.isEnded(fleet)).as("nothing is left of %s", fleet).isTrue();
    Pattern bill = Pattern.compile(
        "fleet " + fleet + ": 0 of " + all + " machines, ([0-9.]+) USD in all");
    Ec2Cluster.await("the meter knows of all ends", () -> bill.matcher(listed()).find());
    Matcher billed = bill.matcher(listed());
    assertThat(billed.find()).isTrue();
    // What powered itself off has ended when the coordinator saw it, which it looks for every 10 s; the rest is rounding.
    assertThat(Double.parseDouble(billed.group(1)))
        .isCloseTo(recordedUsd(fleet), within(all * 6 * USD_PER_HOUR / 3_600));
  }

  private static String listed() {
    return cluster.succeed("workers", "list", "--to", cluster.address()).out();
  }

  /** What EC2 would bill for a fleet, by the stand-in's own records. */
  private static double recordedUsd(String fleet) {
    double seconds = 0;
    for (JsonNode each : cluster.records(fleet)) {
      Duration lived = Duration.between(
          Instant.parse(each.path("launched").asString()),
          Instant.parse(each.path("terminated").asString()));
      seconds += Math.max(60, Math.ceil(lived.toMillis() / 1_000.0));
    }
    return seconds * USD_PER_HOUR / 3_600;
  }
}
