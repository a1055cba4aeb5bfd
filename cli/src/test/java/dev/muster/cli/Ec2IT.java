package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.report.Summary;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers on EC2 from their launch to their end: real commands, a real coordinator, and instances that
 * become workers by what the product tells them at their first boot.
 */
@SuppressWarnings("NullAway.Init")
class Ec2IT {

  private static final String PLAN = """
      name: fleet
      target: http://TARGET
      scenario: [ { get: "/customerdata/${random(1, 4499)}", name: "/customerdata/{id}" }, { think: 100ms } ]
      load: { users: 30, duration: %s }
      """;

  private static final String[] TERMS = {"--ttl", "1h", "--max-cost", "5USD", "--boot-timeout",
      "60s"};

  @TempDir
  private static Path folder = Path.of("");

  private static Ec2Cluster cluster;

  @BeforeAll
  static void start() {
    cluster = Ec2Cluster.start(folder, 60);
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void nothing_is_left() {
    cluster.succeed("workers", "terminate", "--ec2", "--to", cluster.address());
    assertThat(cluster.ec2().states()).allMatch("terminated"::equals);
  }

  @Test
  void three_instances_become_workers_carry_a_plan_and_end_with_a_proof() {
    assertThat(spawn(3).out()).contains("3 of 3 have joined", "c7i.large 0.0893 USD");

    cluster.succeed(cluster.submit(PLAN.formatted("3s"), 3, "results"));
    Summary summary = cluster.summary("results");
    assertThat(summary.ledger().balances()).isTrue();
    assertThat(summary.ledger().lost()).isZero();
    assertThat(summary.ledger().answered()).isEqualTo(summary.ledger().sent()).isPositive();
    assertThat(summary.workers()).extracting(Summary.Worker::name)
        .containsExactlyInAnyOrderElementsOf(cluster.ec2().machines());

    assertThat(summary.cost()).isNotNull()
        .returns(false, Summary.Cost::incomplete)
        .satisfies(cost -> assertThat(cost.usd()).isPositive());
    assertThat(list()).containsPattern(
        "fleet workers: 3 of \\d+ machines, 0\\.27 USD an hour, \\d+\\.\\d+ USD so far, ceiling \\d+");
    assertThat(list().lines()).anyMatch(
        line -> line.contains(cluster.ec2().machines().getFirst() + "  c7i.large  "));

    assertThat(spawn(3).out()).as("the same, said again").contains("3 of 3 have joined");
    assertThat(cluster.ec2().machines()).hasSize(3);

    Muster.Ended ended = cluster.succeed(
        "workers", "terminate", "--ec2", "--to", cluster.address());
    assertThat(ended.out()).contains("EC2 lists no instance");
    assertThat(list()).containsPattern("fleet workers: 0 of \\d+ machines, .* USD in all");
    assertThat(cluster.ec2().states()).allMatch("terminated"::equals);
  }

  @Test
  void an_instance_that_loses_its_power_in_a_run_takes_nothing_along_but_its_last_second() {
    var _ = spawn(2);
    String victim = cluster.ec2().machines().getFirst();
    try (Muster submit = cluster.start(cluster.submit(PLAN.formatted("12s"), 2, "power"))) {
      submit.awaitProgress("0:05");
      cluster.ec2().kill(victim);
      assertThat(submit.awaitEnd().exitCode()).isZero();
    }
    Summary summary = cluster.summary("power");
    assertThat(summary.ledger().balances()).isTrue();
    assertThat(summary.workers()).filteredOn(Summary.Worker::lostContact)
        .extracting(Summary.Worker::name)
        .containsExactly(victim);
  }

  @Test
  void one_that_cannot_become_a_worker_ends_by_itself_is_named_and_replaced_once() {
    Muster.Ended spawned = cluster.run(cluster.spawnOfSum("0".repeat(64), 1, TERMS));

    assertThat(spawned.exitCode()).as("%s", spawned).isEqualTo(ExitCode.FAILED.status());
    assertThat(spawned.out()).contains("ended before it joined", "replaced", "0 of 1 have joined")
        .as("how far it came, on its console")
        .contains("muster: has java")
        .doesNotContain("muster: has muster");
    assertThat(cluster.ec2().states()).as("ended by themselves").allMatch("terminated"::equals);
  }

  private static Muster.Ended spawn(int count) {
    return cluster.succeed(cluster.spawn(count, TERMS));
  }

  private static String list() {
    return cluster.succeed("workers", "list", "--to", cluster.address()).out();
  }
}
