package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.Summary;
import dev.muster.v1.BillRequest;
import dev.muster.v1.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real workers of a fleet that has cost as much as it may, in a run that would go on for an hour. */
@Timeout(120)
class CeilingIT {

  private static final String AT_CEILING = "fleet workers has reached its ceiling of 5.00 USD: its workers leave";

  @TempDir
  private Path data = Path.of("");

  @Test
  void the_last_worker_leaves_and_the_run_ends_with_all_that_it_measured() throws IOException {
    try (OngoingRun run = new OngoingRun(data, true)) {
      run.bill(atCeiling("steady"));

      assertThat(run.awaitWorker()).as("it ended as it was told to").isEmpty();
      Summary summary = run.awaitEnd();

      assertThat(summary.events()).extracting(Summary.Event::what)
          .containsExactly(AT_CEILING, "stopped");
      assertThat(summary.verdict().state()).isNotEqualTo(Verdict.State.VALID);
      assertThat(summary.verdict().reasons())
          .anyMatch(reason -> reason.startsWith("It was stopped after "));
      assertThat(summary.cost()).isNotNull();
    }
  }

  @Test
  void a_run_goes_on_without_the_worker_that_had_to_leave() throws IOException {
    try (OngoingRun run = new OngoingRun(data, true); var _ = run.join("other")) {
      run.bill(atCeiling("steady"));

      assertThat(run.awaitWorker()).as("it ended as it was told to").isEmpty();
      run.sendsMore();
      run.endsWell();
    }
  }

  private static BillRequest atCeiling(String worker) {
    Instant since = Instant.now().minus(Duration.ofHours(2));
    return BillRequest.newBuilder()
        .addMachines(
            Machine.newBuilder()
                .setWorkerName(worker)
                .setFleet("workers")
                .setUsdPerHour("3.6")
                .setSinceUnixNanos(since.getEpochSecond() * 1_000_000_000L))
        .setFleet("workers")
        .setCeilingUsd("5")
        .build();
  }
}
