package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are changed from a second terminal while they are on, held against the target's own log. */
class LiveControlIT {

  @TempDir
  private static Path folder = Path.of("");

  @RegisterExtension
  static final SharedCluster CLUSTER = new SharedCluster(() -> folder, 2);

  /** Longer than any user thinks, and than an answer takes. */
  private static final long QUIET_NANOS = 2_000_000_000;

  @Test
  void a_run_is_scaled_up_and_down_paused_and_resumed() throws IOException {
    try (RecordingServer server = RecordingServer.start();
        Muster submit = submit(server, "moved", "users: 6, duration: 10m")) {
      server.await(40);
      String run = runOf("moved");
      assertThat(CLUSTER.ask("runs", "scale", run, "--users", "12").out())
          .isEqualTo("Scaling " + run + " to 12 users.");
      for (int user = 0; user < 12; user++) {
        await(server, ofUser(user));
      }
      var _ = CLUSTER.ask("runs", "scale", run, "--users", "3");
      awaitQuiet(server, request -> number(request) >= 3);
      assertThat(CLUSTER.ask("runs", "pause", run).out()).isEqualTo("Pausing " + run + ".");
      awaitQuiet(server, _ -> true);
      int before = server.requests().size();
      assertThat(CLUSTER.ask("runs", "pause", run).err())
          .contains("cannot be paused: it is paused already");
      assertThat(CLUSTER.ask("runs", "resume", run).out()).isEqualTo("Resuming " + run + ".");
      server.await(before + 9);
      // A busy machine may have needed long to get here; so it ends when asked, not after a time.
      var _ = CLUSTER.ask("runs", "stop", run);
      Ended ended = submit.awaitEnd();

      assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
      Summary summary = summary("moved", "moved_6");
      assertThat(summary.events()).extracting(Summary.Event::what)
          .containsExactly(
              "scaled to 12 users", "scaled to 3 users", "paused", "resumed", "stopped");
      assertThat(ended.err()).contains("scaled to 12 users", "resumed");
      assertThat(ended.out()).contains("moved_6: it was scaled to 12 users at ");
      assertThat(summary.ledger().balances()).isTrue();
      assertThat(summary.ledger().sent()).isEqualTo(server.requests().size());
      assertThat(summary.verdict().reasons())
          .noneMatch(reason -> reason.contains("to be expected"));
      for (int user = 0; user < 12; user++) {
        List<Integer> iterations = iterations(server, user);
        assertThat(iterations).as("user %d", user)
            .isEqualTo(IntStream.range(0, iterations.size()).boxed().toList());
      }
      List<RecordingServer.Request> after = server.requests()
          .subList(before, server.requests().size());
      assertThat(after).extracting(LiveControlIT::number).containsOnly(0, 1, 2);
    }
  }

  @Test
  void a_run_is_stopped_in_a_pause() throws IOException {
    try (RecordingServer server = RecordingServer.start();
        Muster submit = submit(server, "halted", "users: 6, duration: 10m")) {
      server.await(20);
      String run = runOf("halted");
      var _ = CLUSTER.ask("runs", "pause", run);
      awaitQuiet(server, _ -> true);
      int before = server.requests().size();
      var _ = CLUSTER.ask("runs", "stop", run);
      Ended ended = submit.awaitEnd();

      assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
      assertThat(server.requests()).hasSize(before);
      Summary summary = summary("halted", "halted_6");
      assertThat(summary.events()).extracting(Summary.Event::what)
          .containsExactly("paused", "stopped");
      assertThat(summary.ledger().sent()).isEqualTo(before);
      assertThat(CLUSTER.ask("runs", "resume", run).err())
          .contains("run " + run + " cannot be resumed: it has ended");
    }
  }

  @Test
  void arrivals_are_paused_and_not_scaled() throws IOException {
    try (RecordingServer server = RecordingServer.start();
        Muster submit = submit(server, "coming", "rate: 20/s, max-users: 10, duration: 30s")) {
      server.await(40);
      String run = runOf("coming");
      assertThat(CLUSTER.ask("runs", "scale", run, "--users", "5").err())
          .contains("cannot be scaled: its plan lets 20 users arrive in a second");
      var _ = CLUSTER.ask("runs", "pause", run);
      awaitQuiet(server, _ -> true);
      var _ = CLUSTER.ask("runs", "resume", run);
      Ended ended = submit.awaitEnd();

      assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
      Summary summary = summary("coming", "coming_20");
      assertThat(summary.events()).extracting(Summary.Event::what)
          .containsExactly("paused", "resumed");
      assertThat(summary.ledger().sent()).isEqualTo(server.requests().size());
      assertThat(summary.dropped()).isZero();
      double paused = summary.events().get(1).second() - summary.events().get(0).second();
      assertThat((double) server.requests().size()).isBetween(
          20 * (30 - paused) - 1, 20 * (30 - paused) + 1);
    }
  }

  private static Muster submit(RecordingServer server, String name, String load) {
    String plan = CLUSTER.plan(name, """
        name: %s
        target: %s
        http: { headers: { X-User: '${user}' } }
        scenario: [ { get: '/${iteration}', name: / }, { think: 250ms..350ms } ]
        load: { %s }
        """.formatted(name, server.address(), load));
    return Muster.start(
        folder, "submit", plan, "-w", "2", "--out", name, "--to", CLUSTER.address());
  }

  /** The run of an experiment, as the list prints it. */
  private static String runOf(String experiment) {
    return CLUSTER.ask("runs", "list")
        .out()
        .lines()
        .map(line -> line.split(" ", 2)[0])
        .filter(run -> run.startsWith(experiment + "-"))
        .findFirst()
        .orElseThrow();
  }

  private static Summary summary(String out, String run) throws IOException {
    return SummaryJson.read(folder.resolve(out).resolve(run).resolve("summary.json"));
  }

  private static int number(RecordingServer.Request request) {
    return Integer.parseInt(request.user());
  }

  private static Predicate<RecordingServer.Request> ofUser(int user) {
    return request -> number(request) == user;
  }

  private static List<Integer> iterations(RecordingServer server, int user) {
    return server.requests()
        .stream()
        .filter(ofUser(user))
        .map(request -> Integer.valueOf(request.path().substring(1)))
        .sorted()
        .toList();
  }

  private static void await(RecordingServer server, Predicate<RecordingServer.Request> request) {
    awaitThat(() -> server.requests().stream().anyMatch(request));
  }

  /** Waits until none of these requests has come for a while. */
  private static void awaitQuiet(
      RecordingServer server, Predicate<RecordingServer.Request> requests) {
    awaitThat(
        () -> server.requests()
            .stream()
            .filter(requests)
            .allMatch(request -> System.nanoTime() - request.nanos() > QUIET_NANOS));
  }

  private static void awaitThat(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Muster.PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it never came to that").isLessThan(deadline);
      LockSupport.parkNanos(50_000_000);
    }
  }
}
