package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
      target: http://%s:9000
      scenario: [ { get: "/customerdata/${random(1, 4499)}", name: "/customerdata/{id}" }, { think: 100ms } ]
      load: { users: 30, duration: %s }
      """;

  @TempDir
  private static Path folder = Path.of("");

  private static Ec2 ec2;
  private static String sha256 = "";
  private static final List<Muster> SERVICES = new ArrayList<>();
  private static Process files;

  @BeforeAll
  static void start() throws IOException {
    ec2 = Ec2.start();
    Path served = Files.createDirectory(folder.resolve("served"));
    sha256 = Muster.run(folder, "distribution", "--out", served.resolve("muster.tar.gz").toString())
        .out()
        .substring(0, 64);
    files = new ProcessBuilder(
        Stream.concat(
            ec2.inside().stream(),
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "jwebserver").toString(), "-b",
                ec2.address(), "-p", "8000", "-d", served.toString()))
            .toList())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("files.log").toFile())
        .start();
    serve("/counts", "target", "--host", ec2.address(), "--port", "9000");
    serve("Submit plans", "coordinator", "--bind", ec2.address());
  }

  private static void serve(String ready, String... arguments) {
    Muster service = start(arguments);
    SERVICES.add(service);
    service.awaitOutput(ready);
  }

  private static Muster start(String... arguments) {
    return Muster.start(ec2.inside(), Main.class, folder, ec2.environment(), arguments);
  }

  private static Muster.Ended run(String... arguments) {
    try (Muster command = start(arguments)) {
      return command.awaitEnd();
    }
  }

  @AfterAll
  static void end() {
    SERVICES.reversed().forEach(Muster::close);
    if (files != null) {
      files.destroy();
    }
    if (ec2 != null) {
      ec2.close();
    }
  }

  @AfterEach
  void nothing_is_left() {
    var ended = run("workers", "terminate", "--ec2", "--to", coordinator());
    assertThat(ended.exitCode()).as("%s", ended).isZero();
    assertThat(ec2.states()).allMatch("terminated"::equals);
  }

  @Test
  void three_instances_become_workers_carry_a_plan_and_end_with_a_proof() throws IOException {
    Muster.Ended spawned = run(spawn(3, sha256));
    assertThat(spawned.exitCode()).as("%s", spawned).isZero();
    assertThat(spawned.out()).contains("3 of 3 have joined", "c7i.large 0.0893 USD");

    Summary summary = submitted("3s", 3);
    assertThat(summary.ledger().balances()).isTrue();
    assertThat(summary.ledger().lost()).isZero();
    assertThat(summary.ledger().answered()).isEqualTo(summary.ledger().sent()).isPositive();
    assertThat(summary.workers()).extracting(Summary.Worker::name)
        .containsExactlyInAnyOrderElementsOf(ec2.machines());

    assertThat(summary.cost()).isNotNull()
        .returns(false, Summary.Cost::incomplete)
        .satisfies(cost -> assertThat(cost.usd()).isPositive());
    assertThat(list()).containsPattern(
        "fleet workers: 3 of \\d+ machines, 0\\.27 USD an hour, \\d+\\.\\d+ USD so far, ceiling \\d+");
    assertThat(list().lines()).anyMatch(
        line -> line.contains(ec2.machines().getFirst() + "  c7i.large  "));

    Muster.Ended again = run(spawn(3, sha256));
    assertThat(again.out()).as("the same, said again").contains("3 of 3 have joined");
    assertThat(ec2.machines()).hasSize(3);

    Muster.Ended ended = run("workers", "terminate", "--ec2", "--to", coordinator());
    assertThat(ended.out()).contains("EC2 lists no instance");
    assertThat(list()).containsPattern("fleet workers: 0 of \\d+ machines, .* USD in all");
    assertThat(ec2.states()).allMatch("terminated"::equals);
  }

  @Test
  void an_instance_that_loses_its_power_in_a_run_takes_nothing_along_but_its_last_second()
      throws Exception {
    assertThat(run(spawn(2, sha256)).exitCode()).isZero();
    String victim = ec2.machines().getFirst();
    String plan = Muster.plan(folder, PLAN.formatted(ec2.address(), "12s"));
    try (Muster submit = start(
        "submit", plan, "--to", coordinator(), "--workers", "2", "--headless", "--out",
        folder.resolve("power").toString())) {
      submit.awaitProgress("0:05");
      ec2.kill(victim);
      assertThat(submit.awaitEnd().exitCode()).isZero();
    }
    Summary summary = summary(folder.resolve("power"));
    assertThat(summary.ledger().balances()).isTrue();
    assertThat(summary.workers()).filteredOn(Summary.Worker::lostContact)
        .extracting(Summary.Worker::name)
        .containsExactly(victim);
  }

  @Test
  void one_that_cannot_become_a_worker_ends_by_itself_is_named_and_replaced_once() {
    Muster.Ended spawned = run(spawn(1, "0".repeat(64)));

    assertThat(spawned.exitCode()).as("%s", spawned).isEqualTo(ExitCode.FAILED.status());
    assertThat(spawned.out()).contains("ended before it joined", "replaced", "0 of 1 have joined")
        .as("how far it came, on its console")
        .contains("muster: has java")
        .doesNotContain("muster: has muster");
    assertThat(ec2.states()).as("ended by themselves").allMatch("terminated"::equals);
  }

  private static String[] spawn(int count, String sum) {
    return new String[]{"workers", "spawn", "--ec2", "--count", String.valueOf(count), "--type",
        "c7i.large", "--ttl", "1h", "--max-cost", "5USD", "--allow-target", ec2.address(), "--to",
        coordinator(), "--distribution", "http://" + ec2.address() + ":8000/muster.tar.gz",
        "--sha256", sum, "--boot-timeout", "60s", "--yes"};
  }

  private static String list() {
    return run("workers", "list", "--to", coordinator()).out();
  }

  private static String coordinator() {
    return ec2.address() + ":7400";
  }

  private static Summary submitted(String duration, int workers) throws IOException {
    String plan = Muster.plan(folder, PLAN.formatted(ec2.address(), duration));
    Path out = folder.resolve("results");
    Muster.Ended submitted = run(
        "submit", plan, "--to", coordinator(), "--workers", String.valueOf(workers), "--headless",
        "--out", out.toString());
    assertThat(submitted.exitCode()).as("%s", submitted).isZero();
    return summary(out);
  }

  private static Summary summary(Path results) throws IOException {
    return SummaryJson.parse(Files.readString(results.resolve("fleet_30/summary.json")));
  }
}
