package dev.muster.cli;

import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A run of ten users who say who they are, and in which iteration. */
final class MovingUsers {

  private MovingUsers() {}

  /** Writes its plan, and says where. */
  static String plan(Path folder, RecordingServer server, String duration) {
    return Muster.plan(folder, """
        name: moving
        target: %s
        http: { headers: { X-User: '${user}' } }
        scenario: [ { get: '/${iteration}', name: / }, { think: 250ms..350ms } ]
        load: { users: 10, duration: %s }
        """.formatted(server.address(), duration));
  }

  /** What came of it, where the results were brought to {@code out}. */
  static Summary summary(Path folder) throws IOException {
    return SummaryJson.read(folder.resolve("out/moving_10/summary.json"));
  }

  /** The iterations of a user that the target has seen, from the least on. */
  static List<Integer> iterations(RecordingServer server, int user) {
    return server.requests()
        .stream()
        .filter(request -> request.user().equals(String.valueOf(user)))
        .map(request -> Integer.valueOf(request.path().substring(1)))
        .sorted()
        .toList();
  }
}
