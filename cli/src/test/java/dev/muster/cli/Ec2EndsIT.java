package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.report.Summary;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How instances end by themselves, whatever has become of those who launched them: nobody here terminates
 * any. What takes a minute on EC2 takes two seconds here, where timers end machines.
 */
@SuppressWarnings("NullAway.Init")
class Ec2EndsIT {

  @TempDir
  private static Path folder = Path.of("");

  private static Ec2Cluster cluster;
  private static int fleets;

  @BeforeAll
  static void start() {
    cluster = Ec2Cluster.start(folder, 2);
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      try (Ec2Cluster all = cluster) {
        assertThat(all.ec2().calls("TerminateInstances")).isZero();
      }
    }
  }

  @AfterEach
  void who_is_let_go_has_its_machine_ended_too() {
    cluster.ec2()
        .machines()
        .forEach(name -> cluster.run("workers", "drain", name, "--to", cluster.address()));
    Ec2Cluster.await("all have ended", () -> cluster.ec2().machines().isEmpty());
  }

  @Test
  void an_instance_that_is_taken_back_in_a_ramp_takes_nothing_along() {
    String taken = twoWorkers().getFirst();
    String plan = """
        name: ramp
        target: http://TARGET
        scenario: [ { get: "/customerdata/${random(1, 4499)}", name: "/customerdata/{id}" }, { think: 100ms } ]
        load: { users: 30, spawn: 2/s, duration: 18s }
        """;
    try (Muster submit = cluster.start(cluster.submit(plan, 2, "taken"))) {
      submit.awaitProgress("0:05");
      cluster.ec2().takeBack(taken, 120);
      submit.awaitProgress("Worker " + taken + " is taken back (spot interruption: terminate)");
      Muster.Ended ended = submit.awaitEnd();
      assertThat(ended.exitCode()).as("%s", ended).isIn(0, ExitCode.INVALID.status());
    }

    Summary summary = cluster.summary("taken");
    assertThat(summary.ledger().balances()).isTrue();
    assertThat(summary.ledger().lost()).isZero();
    assertThat(summary.ledger().answered()).isEqualTo(summary.ledger().sent());
    assertThat(summary.workers()).hasSize(2).noneMatch(Summary.Worker::lostContact);
    assertThat(summary.disturbances()).noneMatch(each -> each.cause().equals("absent"));
    assertThat(summary.workers()).filteredOn(each -> !each.name().equals(taken))
        .extracting(Summary.Worker::users)
        .as("all users are the other's")
        .containsExactly(30);
    awaitTerminated("it has ended before it was taken", taken);
  }

  @Test
  void a_worker_that_hangs_has_its_machine_ended_and_one_that_does_not_is_let_stay() {
    List<String> both = twoWorkers();
    ProcessHandle hung = cluster.ec2().worker(both.getFirst());
    Muster.signal("STOP", hung);

    awaitTerminated("its timer is not renewed any more", both.getFirst());
    assertThat(cluster.ec2().state(both.getLast())).isEqualTo("running");
  }

  @Test
  void instances_whose_coordinator_is_gone_end() {
    List<String> both = twoWorkers();
    cluster.killCoordinator();
    try {
      awaitTerminated("nobody is there for it", both.toArray(String[]::new));
    } finally {
      cluster.startCoordinator();
    }
  }

  @Test
  void an_instance_whose_boot_hangs_ends() {
    Process silent = cluster.serve(8001);
    try {
      // From now on who connects is let in by the kernel, and waits.
      Ec2Cluster.await("it serves", () -> cluster.isServed(8001));
      Muster.signal("STOP", silent.toHandle());
      String launched = cluster.succeed(
          cluster.spawnFrom(8001, 1, "--fleet", "hung", "--detach", "--boot-timeout", "4m")).out();

      awaitTerminated("the time for its boot is over", instanceIn(launched));
    } finally {
      silent.destroyForcibly();
    }
  }

  private static String instanceIn(String launched) {
    Matcher id = Pattern.compile("1 launched: (i-[0-9a-f]+)").matcher(launched);
    assertThat(id.find()).as(launched).isTrue();
    return id.group(1);
  }

  private static List<String> twoWorkers() {
    fleets++;
    cluster.succeed(
        cluster.spawn(
            2, "--fleet", "ends-" + fleets, "--spot", "--ttl", "3h", "--boot-timeout", "30m",
            "--orphan-timeout", "5s"));
    return cluster.ec2().machines();
  }

  private static void awaitTerminated(String why, String... instances) {
    Ec2Cluster.await(
        why + ": " + Stream.of(instances).collect(Collectors.joining(", ")),
        () -> Stream.of(instances)
            .allMatch(each -> cluster.ec2().state(each).equals("terminated")));
  }
}
