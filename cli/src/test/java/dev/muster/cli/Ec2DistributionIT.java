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

  private static Ec2Cluster cluster;

  @BeforeAll
  static void start() {
    cluster = Ec2Cluster.start(folder, 60, "--distribution-port", "7401");
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void nothing_is_left() {
    cluster.succeed("workers", "terminate", "--ec2");
    assertThat(cluster.ec2().states()).allMatch("terminated"::equals);
  }

  @Test
  void an_instance_becomes_a_worker_by_what_its_coordinator_serves() {
    assertThat(cluster.succeed(spawn()).out()).contains("1 of 1 have joined");
  }

  @Test
  void and_by_what_was_put_into_a_bucket_which_is_put_there_once() {
    cluster.ec2().makeBucket("shelf");
    String[] spawn = spawn("--distribution", "s3://shelf/muster.tar.gz");
    assertThat(cluster.succeed(spawn).out()).contains("1 of 1 have joined");
    nothing_is_left();

    cluster.succeed(spawn);
    assertThat(cluster.ec2().calls("PutObject")).isEqualTo(1);
  }

  @Test
  void a_bucket_that_is_none_is_told_and_nothing_launched() {
    Muster.Ended ended = cluster.run(spawn("--distribution", "s3://nobodys/muster.tar.gz"));

    assertThat(ended.exitCode()).as("%s", ended).isEqualTo(ExitCode.FAILED.status());
    assertThat(ended.err()).contains("NoSuchBucket", "aws s3 mb").doesNotContain("\tat ");
    assertThat(cluster.ec2().machines()).isEmpty();
  }

  private static String[] spawn(String... more) {
    return cluster.spawnUntold(
        1, Stream.concat(
            Stream.of("--ttl", "1h", "--boot-timeout", "60s"), Stream.of(more))
            .toArray(String[]::new));
  }
}
