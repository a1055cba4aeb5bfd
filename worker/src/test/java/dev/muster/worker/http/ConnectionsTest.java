package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.load.LaneRandom;
import dev.muster.plan.load.Load;
import dev.muster.plan.load.Rate;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.Plans;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which request goes over which connection. */
class ConnectionsTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

  @Test
  void each_user_keeps_a_connection_of_its_own() {
    try (var server = RawServer.answering(OK)) {
      var outcome = Loads.of(briefly(server).users(3)).withoutFailure();

      assertThat(outcome.sent()).isGreaterThan(3);
      assertThat(server.connections()).isEqualTo(3);
    }
  }

  @Test
  void event_loops_share_the_users_between_them() {
    try (var server = RawServer.answering(OK)) {
      var outcome = Loads.of(briefly(server).users(5), 2).withoutFailure();

      assertThat(outcome.bodyBytes()).isEqualTo(2 * outcome.answered());
      assertThat(server.requests()).hasSize((int) outcome.sent());
      assertThat(server.connections()).isEqualTo(5);
    }
  }

  @Test
  void users_that_share_take_the_connection_that_is_idle() {
    try (var server = RawServer.answering(OK)) {
      var oneAfterAnother = new Load.Spawn(new Rate(2, 1_000_000_000), null);

      var outcome = Loads.of(
          Plans.of(get("/"), think(60_000))
              .target(server.url())
              .connections(Connections.SHARED)
              .users(2)
              .shape(oneAfterAnother)
              .lasting(Duration.ofMillis(600)))
          .withoutFailure();

      assertThat(outcome.sent()).isEqualTo(2);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void users_that_arrive_share_connections_unless_the_plan_says_otherwise() {
    try (var server = RawServer.answering(OK)) {
      var outcome = Loads.of(
          Plans.of(get("/")).target(server.url()).perSecond(2).lasting(Duration.ofSeconds(1)))
          .withoutFailure();

      assertThat(outcome.sent()).isEqualTo(2);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void each_user_that_arrives_has_one_connection_of_its_own_where_that_is_asked() {
    try (var server = RawServer.answering(OK)) {
      var outcome = Loads.of(
          Plans.of(get("/"), get("/"))
              .target(server.url())
              .connections(Connections.PER_USER)
              .perSecond(20)
              .lasting(Duration.ofMillis(500)),
          2)
          .withoutFailure();

      assertThat(outcome.sent()).isEqualTo(20);
      assertThat(server.connections()).isEqualTo(10);
    }
  }

  @Test
  void a_connection_for_each_request_is_asked_to_be_closed() {
    try (var server = RawServer.answering(OK)) {
      var outcome = Loads.of(briefly(server).connections(Connections.PER_REQUEST))
          .withoutFailure();

      assertThat(outcome.sent()).isGreaterThan(1);
      assertThat(server.connections()).isEqualTo((int) outcome.sent());
      assertThat(server.requests()).allMatch(text -> text.contains("\r\nconnection: close\r\n"));
    }
  }

  @Test
  void a_server_that_closes_is_obeyed() {
    try (var server = RawServer.answering(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")) {
      var outcome = Loads.of(briefly(server)).withoutFailure();

      assertThat(server.connections()).isEqualTo((int) outcome.sent());
    }
  }

  @Test
  void an_answer_of_http_1_0_ends_its_connection() {
    try (var server = RawServer.answering("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi")) {
      var outcome = Loads.of(briefly(server)).withoutFailure();

      assertThat(server.connections()).isEqualTo((int) outcome.sent());
    }
  }

  @Test
  void bytes_that_nobody_asked_for_end_the_connection_and_are_nobodys_answer() {
    String foreign = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n";
    for (Connections policy : Connections.values()) {
      try (var server = RawServer.answering(OK + foreign)) {
        var outcome = Loads.of(
            Plans.of(get("/"), think(1))
                .target(server.url())
                .connections(policy)
                .users(2)
                .lasting(Duration.ofMillis(200)))
            .withoutFailure();

        assertThat(server.connections()).as(policy.name()).isEqualTo((int) outcome.sent());
      }
    }
  }

  @Test
  void without_think_time_bytes_behind_an_answer_are_not_taken_for_the_next() {
    try (var server = RawServer.answering(OK + "HTTP/1.1 500 Oops\r\n\r\n")) {
      Loads.of(Plans.of(get("/")).target(server.url()).lasting(Duration.ofMillis(100)))
          .withoutFailure();
    }
  }

  @Test
  void a_user_whose_life_is_over_closes_its_connection() {
    try (var server = RawServer.answering(OK)) {
      var outcome = Loads.of(
          Plans.of(get("/"), think(10))
              .target(server.url())
              .stages(
                  Plans.to(1, 0), Plans.to(1, 100), Plans.to(0, 0), Plans.to(0, 100),
                  Plans.to(1, 0))
              .lasting(Duration.ofMillis(300)))
          .withoutFailure();

      assertThat(outcome.sent()).isGreaterThanOrEqualTo(2);
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void connections_leave_from_the_addresses_given_in_turn() throws Exception {
    try (var server = RawServer.answering(OK)) {
      List<InetAddress> sources = List.of(
          InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.3"));

      Loads.of(briefly(server).users(4), 1, sources).withoutFailure();

      assertThat(server.guests()).hasSize(4).isSubsetOf(sources);
      assertThat(Set.copyOf(server.guests())).hasSize(2);
    }
  }

  @Test
  void a_source_that_is_not_of_this_machine_leaves_no_socket() throws Exception {
    try (var server = RawServer.answering(OK)) {
      Loads.of(briefly(server), 1, List.of(InetAddress.getByName("192.0.2.1"))).only("no_socket");
    }
  }

  /** Linux tries again, after a second, what it dropped as the queue of the listener was full. */
  @Test
  void a_connection_that_takes_its_time_is_waited_for() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var threads = Executors.newScheduledThreadPool(1)) {
      var waiting = FailuresTest.fill(server);
      var served = threads.schedule(() -> {
        while (true) {
          // Those of the test say nothing, and are closed by it.
          try (Socket guest = server.accept()) {
            if (guest.getInputStream().read() >= 0) {
              guest.getOutputStream()
                  .write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
              return true;
            }
          }
        }
      }, 200, TimeUnit.MILLISECONDS);
      for (Socket socket : waiting) {
        socket.close();
      }

      Loads.of(
          Plans.of(get("/"), think(60_000))
              .target("http://127.0.0.1:" + server.getLocalPort())
              .lasting(Duration.ofMillis(100)))
          .withoutFailure();

      assertThat(served.get()).isTrue();
    }
  }

  @Test
  void a_request_larger_than_the_sockets_buffers_arrives_whole() {
    String body = "0123456789".repeat(800_000);
    try (var server = new RawServer(guest -> {
      while (guest.request() != null) {
        guest.say(OK);
      }
    })) {
      var post = new Step.Request(
          Step.Method.POST, Template.literal("/"), "/", List.of(), Template.literal(body), null,
          List.of());

      Loads.of(
          Plans.of(post, think(60_000))
              .target(server.url())
              .lasting(Duration.ofMillis(100)))
          .withoutFailure();

      assertThat(server.requests()).singleElement().asString().endsWith("\r\n\r\n" + body);
    }
  }

  private static Plans briefly(RawServer server) {
    return Plans.of(get("/"), think(10)).target(server.url()).lasting(Duration.ofMillis(500));
  }

  /** Each iteration draws its id and its think, whether or not there was a server to tell. */
  @Test
  void a_connection_that_fails_changes_nothing_in_what_its_user_draws() throws Exception {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    var path = new Template(
        List.of(
            new Template.Literal("/"), new Template.IterationNumber(), new Template.Literal("/"),
            new Template.RandomInteger(1, 1_000_000_000)));
    var plan = Plans.of(
        new Step.Request(Step.Method.GET, path, "/", List.of(), null, null, List.of()), think(10))
        .seed(7)
        .target("http://127.0.0.1:" + port)
        .lasting(Duration.ofMillis(600));
    try (var later = Executors.newSingleThreadScheduledExecutor()) {
      var opening = later.schedule(
          () -> new RawServer(port, guest -> {
            guest.request();
            guest.say("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
          }), 200, TimeUnit.MILLISECONDS);

      var outcome = Loads.of(plan);

      try (RawServer server = opening.get()) {
        assertThat(outcome.failures()).containsOnlyKeys("refused");
        assertThat(outcome.answered()).isPositive();
        var random = new LaneRandom(7, 0);
        var drawn = new ArrayList<String>();
        for (int iteration = 0; iteration < outcome.sent(); iteration++) {
          random.restart(7, 0, iteration);
          drawn.add("GET /" + iteration + "/" + random.between(1, 1_000_000_000) + " HTTP/1.1");
        }
        assertThat(server.requests()).extracting(request -> request.lines().findFirst().orElse(""))
            .isSubsetOf(drawn);
      }
    }
  }
}
