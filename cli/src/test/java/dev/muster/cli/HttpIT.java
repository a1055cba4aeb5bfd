package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.cli.Muster.Ended;
import dev.muster.cli.RecordingServer.Request;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a plan says of requests, as a server that is none of ours sees it. */
class HttpIT {

  private static final int USERS = 8;

  @TempDir
  private static Path folder = Path.of("");

  @RegisterExtension
  private static final SharedCluster CLUSTER = new SharedCluster(() -> folder, 1);

  /** What a server was asked, over how many connections. */
  private record Came(List<Request> requests, long connections) {}

  @Test
  void every_user_keeps_a_connection_of_its_own() throws IOException {
    Came came = over("per-user");
    List<Request> requests = came.requests();
    assertThat(came.connections()).isEqualTo(USERS);
    assertThat(different(requests, Request::client)).hasSize(USERS);
    assertThat(different(requests, request -> request.user() + " on " + request.client()))
        .hasSize(USERS);
  }

  @Test
  void connections_are_shared_where_the_plan_says_so() throws IOException {
    Came came = over("shared");
    assertThat(different(came.requests(), Request::client)).hasSizeLessThanOrEqualTo(USERS);
    assertThat(came.requests()).noneMatch(Request::closes);
  }

  @Test
  void each_request_has_its_own_connection_where_the_plan_says_so() throws IOException {
    Came came = over("per-request");
    assertThat(came.requests()).allMatch(Request::closes);
    assertThat(came.connections()).isEqualTo(came.requests().size());
  }

  /** Three of four users look, one of four buys; the requests of both have come as written. */
  private static Came over(String connections) throws IOException {
    try (RecordingServer server = RecordingServer.start()) {
      String plan = CLUSTER.plan(connections,
          """
              name: shop
              target: %s
              http: { connections: %s, headers: { X-User: 'u${user}' } }
              scenarios:
                visitor:
                  weight: 3
                  steps: [ { get: '/articles?page=${random(1, 9)}', name: /articles }, { think: 200ms } ]
                customer:
                  steps:
                    - { post: /cart, body: '{"from": "${user}", "visit": ${iteration}}' }
                    - { put: /cart/address, body: 'Zürich' }
                    - delete: /cart
                    - think: 200ms
              load: { users: %d, duration: 1500ms }
              """
              .formatted(server.address(), connections, USERS));
      Ended ended = CLUSTER.ask("submit", plan, "--out", connections);
      assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
      Summary run = SummaryJson.read(
          folder.resolve(connections).resolve("shop_8").resolve("summary.json"));
      assertThat(run.ledger().answered()).isEqualTo(run.ledger().sent())
          .isEqualTo(server.requests().size());
      assertArrivedAsWritten(server.requests(), run);
      return new Came(server.requests(), run.connectTime().count());
    }
  }

  private static void assertArrivedAsWritten(List<Request> requests, Summary run) {
    var looks = only(requests, request -> request.method().equals("GET"));
    var posts = only(requests, request -> request.method().equals("POST"));
    var puts = only(requests, request -> request.method().equals("PUT"));
    var deletes = only(requests, request -> request.method().equals("DELETE"));
    assertThat(different(looks, Request::user)).hasSize(6);
    assertThat(different(posts, Request::user)).hasSize(2)
        .doesNotContainAnyElementsOf(different(looks, Request::user));
    assertThat(looks).allMatch(request -> request.path().matches("/articles\\?page=[1-9]"));
    assertThat(posts).allMatch(
        request -> request.body()
            .matches("\\{\"from\": \"" + request.user().substring(1) + "\", \"visit\": \\d+}"));
    assertThat(puts).allMatch(request -> request.body().equals("Zürich"));
    assertThat(deletes).allMatch(request -> request.body().isEmpty());
    assertThat(run.series()).extracting(Summary.Series::method, each -> each.responseTime().count())
        .containsExactlyInAnyOrder(
            tuple("GET", (long) looks.size()),
            tuple("POST", (long) posts.size()),
            tuple("PUT", (long) puts.size()),
            tuple("DELETE", (long) deletes.size()));
  }

  private static List<Request> only(List<Request> requests, Predicate<Request> which) {
    return requests.stream().filter(which).toList();
  }

  private static <T> Set<T> different(List<Request> requests, Function<Request, T> in) {
    return requests.stream().map(in).collect(Collectors.toSet());
  }
}
