package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.target.process.ReservedPorts;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Targets that do their worst: each run ends, and every request is accounted for by its kind. */
class BadTargetIT {

  @TempDir
  private static Path folder = Path.of("");

  @RegisterExtension
  private static final SharedCluster CLUSTER = new SharedCluster(() -> folder, 1);

  @Test
  void a_closed_port_refuses() throws IOException {
    try (var ports = new ReservedPorts()) {
      assertAllFail("refuses", "http://127.0.0.1:" + ports.any(), "refused");
    }
  }

  @Test
  void a_name_without_an_address_is_said_to_be_one() throws IOException {
    assertAllFail("unknown", "http://no-such-host.invalid:80", "dns");
  }

  @ParameterizedTest
  @EnumSource
  void a_server_that_misbehaves_is_said_to_do_so(BadServer.Deed deed) throws IOException {
    try (var bad = BadServer.that(deed)) {
      assertAllFail(deed.kind(), bad.address(), deed.kind());
    }
  }

  private static void assertAllFail(String name, String target, String kind) throws IOException {
    String plan = CLUSTER.plan(name, """
        name: %s
        target: %s
        http: { timeout: 300ms }
        scenario: [ { get: / }, { think: 100ms } ]
        load: { users: 3, duration: 1500ms }
        """.formatted(name, target));
    Ended ended = CLUSTER.ask("submit", plan, "--out", name);
    assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
    Summary run = SummaryJson.read(
        folder.resolve(name).resolve(name + "_3").resolve("summary.json"));
    assertThat(run.ledger().balances()).isTrue();
    assertThat(run.ledger().sent()).isPositive();
    assertThat(run.ledger().answered()).isZero();
    assertThat(run.failures()).describedAs(run.toString())
        .extracting(Summary.Failure::kind)
        .containsExactly(kind);
    assertThat(run.failures().getFirst().count()).isEqualTo(run.ledger().failed()).isPositive();
    assertThat(ended.out()).contains(" × " + kind + ", GET /");
  }
}
