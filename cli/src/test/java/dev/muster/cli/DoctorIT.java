package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.muster.cli.Muster.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says of the machine that the tests run on. */
class DoctorIT {

  @TempDir
  private Path folder = Path.of("");

  @Test
  void each_thing_has_a_line_and_the_exit_code_tells_whether_one_fails() {
    Ended ended = Muster.run(folder, "doctor");

    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).containsPattern("(?m)^ok    Java +" + Runtime.version().feature())
        .containsPattern("(?m)^(ok|warn)  +cores ")
        .containsPattern("(?m)^(ok|warn)  +clock ")
        .containsPattern("(?m)^(ok|warn)  +coordinator +port 7400 is ");
    boolean fails = ended.out().lines().anyMatch(line -> line.startsWith("fail"));
    assertThat(ended.exitCode()).isEqualTo(fails ? 1 : 0);
  }

  @Test
  void a_plan_of_more_users_than_there_are_ports_fails() {
    assumeTrue(Files.exists(Path.of("/proc/sys/net/ipv4")), "only Linux tells of its ports");
    Ended ended = Muster.run(folder, "doctor", plan(70_000), "--workers", "2");

    assertThat(ended.exitCode()).describedAs(ended.toString()).isEqualTo(1);
    assertThat(ended.out())
        .containsPattern("(?m)^fail  local ports  .*; 70,000 may be open at a time$")
        .contains("sudo sysctl -w net.ipv4.ip_local_port_range=")
        .containsPattern("things? stands? in the way\\.");
  }

  @Test
  void a_plan_that_cannot_be_read_is_told_as_everywhere() {
    Ended ended = Muster.run(folder, "doctor", Muster.plan(folder, "name: a"));

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).contains("problem", "plan.yaml");
    assertThat(Muster.run(folder, "doctor", "--workers", "0").exitCode()).isEqualTo(2);
    assertThat(Muster.run(folder, "doctor", "nowhere.yaml").err())
        .contains("nowhere.yaml does not exist.");
  }

  private String plan(int users) {
    return Muster.plan(folder, """
        target: http://127.0.0.1:9
        scenario: [ { get: / }, { think: 1s } ]
        load: { users: %d, duration: 10s }
        """.formatted(users));
  }
}
