package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How instances get Muster where nobody has put it anywhere for them. */
@SuppressWarnings("NullAway.Init")
class Ec2DistributionIT {

  @TempDir
  private static Path folder = Path.of("");

  private static Ec2 ec2;
  private static Muster coordinator;

  @BeforeAll
  static void start() {
    ec2 = Ec2.start();
    coordinator = start("coordinator", "--bind", ec2.address(), "--distribution-port", "7401");
    coordinator.awaitOutput("Submit plans");
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
    if (coordinator != null) {
      coordinator.close();
    }
    if (ec2 != null) {
      ec2.close();
    }
  }

  @AfterEach
  void nothing_is_left() {
    var ended = run("workers", "terminate", "--ec2");
    assertThat(ended.exitCode()).as("%s", ended).isZero();
    assertThat(ec2.states()).allMatch("terminated"::equals);
  }

  @Test
  void an_instance_becomes_a_worker_by_what_its_coordinator_serves() {
    Muster.Ended spawned = run(spawn());

    assertThat(spawned.exitCode()).as("%s", spawned).isZero();
    assertThat(spawned.out()).contains("1 of 1 have joined");
  }

  @Test
  void and_by_what_was_put_into_a_bucket_which_is_put_there_once() {
    ec2.makeBucket("shelf");
    Muster.Ended first = run(spawn("--distribution", "s3://shelf/muster.tar.gz"));
    assertThat(first.exitCode()).as("%s", first).isZero();
    assertThat(first.out()).contains("1 of 1 have joined");
    nothing_is_left();

    Muster.Ended second = run(spawn("--distribution", "s3://shelf/muster.tar.gz"));
    assertThat(second.exitCode()).as("%s", second).isZero();
    assertThat(ec2.calls("PutObject")).isEqualTo(1);
  }

  @Test
  void a_bucket_that_is_none_is_told_and_nothing_launched() {
    Muster.Ended ended = run(spawn("--distribution", "s3://nobodys/muster.tar.gz"));

    assertThat(ended.exitCode()).as("%s", ended).isEqualTo(ExitCode.FAILED.status());
    assertThat(ended.err()).contains("NoSuchBucket", "aws s3 mb").doesNotContain("\tat ");
    assertThat(ec2.machines()).isEmpty();
  }

  private static String[] spawn(String... more) {
    return Stream.concat(
        Stream.of(
            "workers", "spawn", "--ec2", "--count", "1", "--type", "c7i.large", "--ttl", "1h",
            "--allow-target", ec2.address(), "--to", ec2.address() + ":7400", "--boot-timeout",
            "60s",
            "--yes"),
        Stream.of(more))
        .toArray(String[]::new);
  }
}
