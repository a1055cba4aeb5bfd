package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Security groups that keep workers from their coordinator, which is on an instance too: the groups of that
 * instance let in who launches, and of workers only whom a test lets in.
 */
@SuppressWarnings("NullAway.Init")
class Ec2GroupsIT {

  private static final int PORT = 7400;
  private static final int FILES = 8000;
  private static final String WORKERS = "172.31.0.0/16";

  @TempDir
  private static Path folder = Path.of("");

  private static Ec2Cluster cluster;
  private static Ec2Account account;
  private static String group = "";
  private static String coordinator = "";

  @BeforeAll
  static void start() {
    cluster = Ec2Cluster.start(folder, 60, Ec2GroupsIT::seat);
  }

  private static Ec2Cluster.Seat seat(Ec2 ec2) {
    account = new Ec2Account(ec2);
    group = account.group("coordinator");
    account.letIn(group, ec2.address() + "/32", PORT);
    coordinator = account.launch(group);
    Ec2Cluster.await("its instance is up", () -> ec2.inside(coordinator).isPresent());
    return new Ec2Cluster.Seat(ec2.inside(coordinator).orElseThrow(), ec2.addressOf(coordinator));
  }

  @AfterAll
  static void end() {
    if (account != null) {
      account.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void a_rule_that_does_not_let_them_in_is_named_by_the_doctor_and_once_there_is_one_they_join() {
    assertNoneJoins("kept-out");

    Muster.Ended found = doctor();
    assertThat(found.exitCode()).as("%s", found).isEqualTo(1);
    assertThat(found.out()).contains(
        "no rule of the security groups of " + coordinator + ", port 7400, lets in 172.31.",
        "Add one: TCP 7400");

    account.letIn(group, WORKERS, PORT);
    try {
      assertThat(doctor().out()).containsPattern("(?m)^ok    coordinator +" + coordinator);
      assertThat(cluster.succeed(spawn("let-in")).out()).contains("1 of 1 have joined");
      cluster.succeed("workers", "terminate", "--ec2", "--fleet", "let-in");
    } finally {
      account.letInNoMore(group, WORKERS, PORT);
    }
  }

  @Test
  void so_it_is_with_one_that_does_not_let_them_out_of_their_own_group() {
    String own = account.group("own");
    account.keepIn(own);
    // So far they come: they fetch Muster.
    account.letOut(own, cluster.ec2().address() + "/32", FILES);
    account.letIn(group, WORKERS, PORT);
    try {
      assertNoneJoins("kept-in", "--security-group", own);

      Muster.Ended found = doctor("--security-group", own);
      assertThat(found.exitCode()).as("%s", found).isEqualTo(1);
      assertThat(found.out()).contains("no rule of " + own + " lets workers out to ", "TCP 7400");

      account.letOut(own, WORKERS, PORT);
      assertThat(doctor("--security-group", own).out())
          .containsPattern("(?m)^ok    coordinator +" + coordinator);
      assertThat(cluster.succeed(spawn("let-out", "--security-group", own)).out())
          .contains("1 of 1 have joined");
      cluster.succeed("workers", "terminate", "--ec2", "--fleet", "let-out");
    } finally {
      account.letInNoMore(group, WORKERS, PORT);
    }
  }

  /** Each is named with what it said, replaced once, and ended; and what to look at is told. */
  private static void assertNoneJoins(String fleet, String... more) {
    Muster.Ended ended = cluster.run(spawn(fleet, more));

    assertThat(ended.exitCode()).as("%s", ended).isEqualTo(ExitCode.FAILED.status());
    List<String> both = cluster.launched(fleet);
    assertThat(both).as("one, and one in its place").hasSize(2);
    assertThat(ended.out()).contains(
        both.getFirst() + " ended before it joined. The last that it said:",
        both.getLast() + " ended before it joined. The last that it said:",
        "no coordinator at " + cluster.address(), "0 of 1 have joined",
        "muster doctor --ec2 --to " + cluster.address() + " --distribution http://"
            + cluster.ec2().address() + ":" + FILES);
    assertThat(cluster.isEnded(fleet)).isTrue();
    assertThat(cluster.succeed("workers", "terminate", "--ec2", "--fleet", fleet).out())
        .contains("EC2 lists no instance");
  }

  private static String[] spawn(String fleet, String... more) {
    return cluster.spawn(
        1, Stream.concat(
            Stream.of("--fleet", fleet, "--boot-timeout", "80s", "--orphan-timeout", "2s"),
            Stream.of(more)).toArray(String[]::new));
  }

  private static Muster.Ended doctor(String... more) {
    return cluster.run(
        Stream.concat(
            Stream.of("doctor", "--ec2", "--type", "c7i.large", "--to", cluster.address()),
            Stream.of(more)).toArray(String[]::new));
  }
}
