package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.target.process.ReservedPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people get wrong, and how they are told. */
class BadPlanTest {

  private static final String GOOD = """
      target: http://127.0.0.1:9
      scenario: [ { get: / } ]
      load: { users: 1, duration: 1s }
      """;

  @AutoClose
  private final ReservedPorts ports = new ReservedPorts();

  @TempDir
  private Path folder = Path.of("");

  @Test
  void six_mistakes_are_six_problems_and_nothing_is_started() {
    String plan = Muster.plan(folder, """
        name: three tier
        target: http://localhost:10000/api
        scenario:
          - gett: /customerdata/${random(1, 4499)}
          - think: 9s..5s
        load:
          users: [50, 100, 50]
          durtion: 3m
        """);
    Ended ended = Muster.run(folder, "run", plan, "--out", "out");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    for (String place : new String[]{"1:7", "2:9", "4:5", "5:12", "7:20", "8:3"}) {
      assertThat(ended.err()).contains("plan.yaml:" + place + ": ");
    }
    assertThat(ended.err()).endsWith("6 problems in " + plan + "; nothing was sent.");
    assertThat(folder.resolve("out")).doesNotExist();
    assertIsNoStackTrace(ended);
  }

  @Test
  void a_plan_that_is_not_there_is_named() {
    assertIsUsageError(Muster.run(folder, "run", "none.yaml"), "none.yaml does not exist.");
  }

  @Test
  void a_value_set_wrongly_is_named() {
    String plan = Muster.plan(folder, GOOD);
    assertIsUsageError(Muster.run(folder, "run", plan, "--set", "load.users=many"), "load.users");
    assertIsUsageError(Muster.run(folder, "run", plan, "--set", "load.userz=1"), "userz");
    assertIsUsageError(Muster.run(folder, "run", plan, "--set", "users"), "users");
  }

  @Test
  void an_option_that_does_not_exist_is_answered_with_one_that_does() {
    Ended ended = Muster.run(folder, "run", "plan.yaml", "--wrokers", "2");
    assertIsUsageError(ended, "--wrokers");
    assertThat(ended.err()).contains("'muster run --help' tells what there is.")
        .doesNotContain("Usage:");
    assertThat(Muster.run(folder, "run", "plan.yaml", "--worker", "2").err())
        .contains("Possible solutions: ", "--workers");
    assertIsUsageError(Muster.run(folder, "ran"), "'ran'");
    assertIsUsageError(Muster.run(folder, "run"), "PLAN");
  }

  @Test
  void options_that_cannot_be_are_refused_before_anything_starts() {
    String plan = Muster.plan(folder, GOOD);
    assertIsUsageError(Muster.run(folder, "run", plan, "--workers", "0"), "--workers");
    assertIsUsageError(
        Muster.run(folder, "run", plan, "--csv-format", "excel"), "locust-0.14, locust-2");
    assertIsUsageError(Muster.run(folder, "worker", "--join", "here:there"), "--join");
    assertIsUsageError(
        Muster.run(folder, "run", plan, "--target-service", "--host", "http://example.com"),
        "--target-service");
  }

  @Test
  void a_port_in_use_is_told_in_a_sentence() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      assertFailed(Muster.run(folder, "coordinator", "--port", port), port);
      assertFailed(Muster.run(folder, "target", "--port", port, "--admin-port", "0"), port);
      String plan = Muster.plan(folder, GOOD);
      assertFailed(
          Muster.run(
              folder, "run", plan, "--target-service", "--host", "http://127.0.0.1:" + port),
          port);
    }
  }

  @Test
  void a_coordinator_that_is_not_there_is_told_in_a_sentence() throws IOException {
    String plan = Muster.plan(folder, GOOD);
    String nowhere = "127.0.0.1:" + ports.any();
    assertFailed(Muster.run(folder, "submit", plan, "--to", nowhere), nowhere);
    assertFailed(Muster.run(folder, "runs", "list", "--to", nowhere), "muster coordinator");
  }

  @Test
  void a_folder_without_results_is_told_in_a_sentence() {
    assertIsUsageError(Muster.run(folder, "report", "nothing"), "nothing holds no store.");
  }

  @Test
  void results_that_cannot_be_compared_are_all_named_at_once() throws IOException {
    Path broken = Files.createDirectories(folder.resolve("out/shop_5")).resolve("summary.json");
    Files.writeString(broken, "{ \"run\": ");
    Files.writeString(folder.resolve("told.csv"), "name,users\nshop,many\n");
    Ended ended = Muster.run(
        folder, "compare", "nothing", "out", "--published", "told.csv", "--out", "a.html");
    assertIsUsageError(ended, "nothing does not exist.");
    assertThat(ended.err()).contains(
        Path.of("out", "shop_5", "summary.json") + " is not the summary of a run",
        "told.csv:2: ");
    assertThat(ended.out()).isEmpty();
    assertThat(folder.resolve("a.html")).doesNotExist();
    assertIsUsageError(Muster.run(folder, "compare"), "RESULTS");
    assertIsUsageError(Muster.run(folder, "compare", "out", "--out", "out"), "out is a folder.");
  }

  private static void assertIsUsageError(Ended ended, String word) {
    assertThat(ended.exitCode()).describedAs(ended.toString()).isEqualTo(2);
    assertThat(ended.err()).contains(word);
    assertIsNoStackTrace(ended);
  }

  private static void assertFailed(Ended ended, String word) {
    assertThat(ended.exitCode()).describedAs(ended.toString()).isEqualTo(1);
    assertThat(ended.err()).contains(word);
    assertThat(ended.err().lines()).describedAs(ended.toString()).hasSizeLessThanOrEqualTo(3);
    assertIsNoStackTrace(ended);
  }

  private static void assertIsNoStackTrace(Ended ended) {
    assertThat(ended.err()).doesNotContain("\tat ").doesNotContain("Exception");
  }
}
