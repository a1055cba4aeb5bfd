package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two experiments that were really run, beside each other. */
class CompareIT {

  @TempDir
  private static Path folder = Path.of("");

  @BeforeAll
  static void runs_two_experiments() throws IOException {
    try (RecordingServer server = RecordingServer.start()) {
      run(server, "calm", "200ms", "[2, 4]");
      run(server, "keen", "100ms", "[2]");
    }
  }

  private static void run(RecordingServer server, String name, String think, String users) {
    String plan = Muster.plan(folder, """
        name: %s
        target: %s
        scenario: [ { get: / }, { think: %s } ]
        load: { users: %s, duration: 1s }
        """.formatted(name, server.address(), think, users));
    Ended ended = Muster.run(folder, "run", plan, "-w", "1", "--out", name);
    assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
  }

  @Test
  void the_table_has_the_figures_of_the_summaries() throws IOException {
    Ended ended = compare("calm", "keen");
    Summary calm = SummaryJson.read(folder.resolve("calm/calm_2/summary.json"));
    Summary keen = SummaryJson.read(folder.resolve("keen/keen_2/summary.json"));

    // Marks of a machine too busy to send in time may make one table too wide, and several of it.
    assertThat(ended.out()).contains("calm", "keen")
        .containsPattern(
            "(?m)^ +2 +" + calm.ledger().sent() + "[~! ]? .*\\b" + keen.ledger().sent() + "\\b")
        .contains("keen has no run of 4 users: a gap, not a result.");
  }

  @Test
  void a_page_and_a_file_of_figures_are_written_where_they_are_wanted() throws IOException {
    Summary calm = SummaryJson.read(folder.resolve("calm/calm_4/summary.json"));
    Ended ended = compare("calm", "keen", "--out", "new/a.html", "--csv", "new/a.csv");

    assertThat(ended.out()).contains("Report: " + Path.of("new", "a.html"))
        .contains("Figures: " + Path.of("new", "a.csv"));
    assertThat(folder.resolve("new/a.html")).content()
        .contains("\"name\":\"calm\"", "\"name\":\"keen\"", "uPlot");
    assertThat(Files.readAllLines(folder.resolve("new/a.csv"))).hasSize(4)
        .anyMatch(
            line -> line.startsWith(
                String.format(
                    Locale.ROOT, "calm,4,%d,%d,", calm.ledger().sent(), calm.ledger().failed()))
                && line.endsWith("," + calm.verdict().state()));
  }

  @Test
  void single_runs_and_published_figures_stand_beside_them() throws IOException {
    Files.writeString(folder.resolve("told.csv"), "name,users,median\ncalm,2,27\n");
    Ended ended = compare("calm/calm_2", "keen", "--published", "told.csv", "--csv", "b.csv");

    assertThat(ended.out()).contains("(published)", "27.0 ms");
    assertThat(Files.readAllLines(folder.resolve("b.csv")))
        .extracting(line -> line.split(",", -1)[0])
        .isEqualTo(List.of("name", "calm", "keen", "calm (published)"));
  }

  private static Ended compare(String... arguments) {
    var command = new String[arguments.length + 1];
    command[0] = "compare";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Ended ended = Muster.run(folder, command);
    assertThat(ended.exitCode()).describedAs(ended.toString()).isZero();
    assertThat(ended.err()).isEmpty();
    return ended;
  }
}
