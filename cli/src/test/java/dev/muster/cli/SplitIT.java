package dev.muster.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load is that of the plan, whoever sends it. */
class SplitIT {

  private static final int USERS = 10;
  private static final int REQUESTS_OF_USER = 3;

  @TempDir
  private Path folder = Path.of("");

  @Test
  void one_two_or_five_workers_send_the_same_requests_of_the_same_users() throws IOException {
    try (RecordingServer server = RecordingServer.start()) {
      String plan = Muster.plan(folder, """
          name: split
          target: %s
          http: { headers: { X-User: 'u${user}' } }
          scenario:
            steps: [ { get: '/things/${random(1, 100000)}', name: /things } ]
            pacing: 1s
          load: { users: 10, duration: 2500ms }
          """.formatted(server.address()));
      Map<String, List<String>> byOne = requestsOfUsers(server, plan, 1);
      for (int workers : List.of(2, 5)) {
        Map<String, List<String>> bySeveral = requestsOfUsers(server, plan, workers);
        assertThat(bySeveral.keySet()).isEqualTo(byOne.keySet()).hasSize(USERS);
        byOne.forEach(
            (user, paths) -> assertSameBeginning(paths, bySeveral.getOrDefault(user, List.of())));
      }
    }
  }

  private Map<String, List<String>> requestsOfUsers(
      RecordingServer server, String plan, int workers) throws IOException {
    server.forget();
    String out = "out-" + workers;
    Ended ended = Muster.run(folder, "run", plan, "-w", String.valueOf(workers), "--out", out);
    assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
    Summary run = SummaryJson.read(folder.resolve(out).resolve("split_10/summary.json"));
    assertThat(run.workers()).hasSize(workers)
        .allMatch(worker -> worker.users() == USERS / workers);
    assertThat(run.ledger().answered()).isEqualTo(run.ledger().sent())
        .isEqualTo(server.requests().size());
    // A worker that starts slowly may keep a user from its third request, never from its first.
    assertThat(run.ledger().sent()).isCloseTo(USERS * REQUESTS_OF_USER, within(3L));
    return server.requests()
        .stream()
        .collect(
            groupingBy(
                RecordingServer.Request::user, TreeMap::new,
                mapping(RecordingServer.Request::path, toList())));
  }

  private static void assertSameBeginning(List<String> one, List<String> other) {
    int both = Math.min(one.size(), other.size());
    assertThat(both).isPositive();
    assertThat(other.subList(0, both)).isEqualTo(one.subList(0, both));
  }
}
