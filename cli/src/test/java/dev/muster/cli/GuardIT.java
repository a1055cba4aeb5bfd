package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers that were started to send less than they are asked for. */
class GuardIT {

  @TempDir
  private Path folder = Path.of("");

  @Test
  void a_worker_sends_no_faster_than_it_was_started_for_and_the_verdict_says_so()
      throws IOException {
    try (var cluster = Cluster.start(folder, 0); var server = RecordingServer.start()) {
      var _ = cluster.join("slow", "--max-rate", "50/s");
      String plan = cluster.plan("fast", """
          target: %s
          scenario: [ { get: / } ]
          load: { rate: 200/s, duration: 3s }
          """.formatted(server.address()));

      Ended ended = cluster.ask("submit", plan, "--out", "home", "-w", "1");

      assertThat(ended.exitCode()).describedAs(ended.toString()).isEqualTo(4);
      assertThat(server.requests().size()).isBetween(100, 150);
      Summary run = SummaryJson.read(folder.resolve("home/fast_200/summary.json"));
      assertThat(run.verdict().reasons())
          .anySatisfy(
              reason -> assertThat(reason).contains("The --max-rate of slow held back",
                  "left late"));
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
      --allow-target | http://shop.example | --allow-target: 'http://shop.example' is an address of the web
      --allow-target | *.example           | --allow-target: '*.example' has a '*', which stands for nothing
      --max-rate     | 50                  | --max-rate: 50 has no time; write 50/s
      --max-rate     | fast                | --max-rate: "fast" is not a rate
      """)
  void what_makes_no_sense_is_told_before_anything_starts(
      String option, String value, String told) {
    Ended ended = Muster.run(folder, "worker", option, value);

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).contains(told);
  }
}
