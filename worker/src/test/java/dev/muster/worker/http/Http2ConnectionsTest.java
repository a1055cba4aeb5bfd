package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.Plans;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which request of HTTP/2 goes over which connection. */
class Http2ConnectionsTest {

  /** Answers as soon as so many requests are there, all of them. */
  private static Http2Server.Talk together(int count) {
    var open = new ArrayList<Http2Server.Request>();
    return request -> {
      open.add(request);
      if (open.size() == count) {
        open.forEach(each -> each.answer(200, "hi"));
        open.clear();
      }
    };
  }

  @Test
  void each_user_that_wants_one_keeps_a_connection_of_its_own_with_one_request_at_a_time() {
    try (var server = Http2Server.answering(200, "hi")) {
      var outcome = Loads.of(briefly(server).connections(Connections.PER_USER).users(3))
          .withoutFailure();

      assertThat(outcome.sent()).isGreaterThan(3);
      assertThat(server.connections()).isEqualTo(3);
      assertThat(server.mostStreams()).isEqualTo(1);
    }
  }

  @Test
  void users_are_on_one_connection_at_once_unless_the_plan_says_otherwise() {
    try (var server = new Http2Server(together(50))) {
      Loads.of(once(server).users(50)).withoutFailure();

      assertThat(server.connections()).isEqualTo(1);
      assertThat(server.mostStreams()).isEqualTo(50);
    }
  }

  @Test
  void a_plan_may_want_fewer_streams_on_a_connection() {
    try (var server = new Http2Server(together(8))) {
      Loads.of(once(server).connections(Connections.SHARED).streams(3).users(8))
          .withoutFailure();

      assertThat(server.connections()).isEqualTo(3);
      assertThat(server.mostStreams()).isEqualTo(3);
    }
  }

  @Test
  void connections_that_have_room_again_are_used_again() {
    try (var server = Http2Server.answering(200, "hi")) {
      var outcome = Loads.of(
          briefly(server).connections(Connections.SHARED).streams(3).users(9))
          .withoutFailure();

      assertThat(outcome.sent()).isGreaterThan(9);
      assertThat(server.connections()).isLessThanOrEqualTo(3);
      assertThat(server.mostStreams()).isLessThanOrEqualTo(3);
    }
  }

  /** All nine are given to the first connection, as nothing is known of what the target allows. */
  @Test
  void no_more_than_the_target_allows_are_on_a_connection_at_once() {
    try (var server = Http2Server.allowing(3, together(3))) {
      Loads.of(once(server).connections(Connections.SHARED).users(9)).withoutFailure();

      assertThat(server.connections()).isEqualTo(3);
      assertThat(server.mostStreams()).isEqualTo(3);
    }
  }

  @Test
  void what_the_target_allows_is_known_when_the_next_connection_is_opened() {
    try (var server = Http2Server.allowing(3, request -> request.answer(200, "hi"))) {
      var outcome = Loads.of(
          Plans.of(get("/"))
              .version(Version.HTTP_2)
              .target(server.url())
              .connections(Connections.SHARED)
              .users(9)
              .lasting(Duration.ofMillis(200)))
          .withoutFailure();

      assertThat(outcome.sent()).isGreaterThan(9);
      assertThat(server.connections()).isBetween(1, 9);
      assertThat(server.mostStreams()).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void a_connection_for_each_request_ends_with_a_word() {
    try (var server = Http2Server.answering(200, "hi")) {
      var outcome = Loads.of(briefly(server).connections(Connections.PER_REQUEST))
          .withoutFailure();

      assertThat(outcome.sent()).isGreaterThan(1);
      assertThat(server.connections()).isEqualTo((int) outcome.sent());
      assertThat(server.farewells()).isEqualTo((int) outcome.sent());
      assertThat(server.requests())
          .noneMatch(request -> request.headers().toString().contains("connection"));
    }
  }

  @Test
  void a_target_that_asks_for_a_sign_of_life_is_given_one() {
    try (var server = new Http2Server(
        request -> request.ping(() -> request.answer(200, "hi")))) {
      Loads.of(briefly(server)).withoutFailure();
    }
  }

  @Test
  void a_request_that_times_out_is_taken_back_and_its_connection_goes_on() {
    try (var server = new Http2Server(request -> {
      if (request.path().equals("/fast")) {
        request.answer(200, "hi");
      }
    })) {
      var slow = new Step.Request(
          Step.Method.GET, Template.literal("/slow"), "/slow", List.of(), null,
          Duration.ofMillis(30), List.of());
      for (Connections policy : List.of(Connections.PER_USER, Connections.SHARED)) {
        var outcome = Loads.of(
            Plans.of(slow, get("/fast"))
                .version(Version.HTTP_2)
                .target(server.url())
                .connections(policy)
                .lasting(Duration.ofMillis(200)));

        assertThat(outcome.failures()).containsOnlyKeys("timeout");
        assertThat(outcome.answered()).isPositive();
      }
      assertThat(server.connections()).isEqualTo(2);
      assertThat(server.resets()).isNotEmpty().containsOnly(Http2Error.CANCEL);
    }
  }

  @Test
  void what_comes_for_a_request_that_was_taken_back_is_ignored() {
    var late = new ArrayList<Http2Server.Request>();
    try (var server = new Http2Server(request -> {
      if (request.path().equals("/slow")) {
        late.add(request);
      } else {
        // As if they had crossed: the server's codec itself would not send them any more.
        late.forEach(before -> before.dataUnasked("too late"));
        late.clear();
        request.answer(200, "hi");
      }
    })) {
      var slow = new Step.Request(
          Step.Method.GET, Template.literal("/slow"), "/slow", List.of(), null,
          Duration.ofMillis(30), List.of());
      var outcome = Loads.of(
          Plans.of(slow, get("/fast"))
              .version(Version.HTTP_2)
              .target(server.url())
              .lasting(Duration.ofMillis(200)));

      assertThat(outcome.failures()).containsOnlyKeys("timeout");
      assertThat(outcome.bodyBytes()).isEqualTo(2 * outcome.answered());
      assertThat(server.connections()).isEqualTo(1);
      assertThat(server.resets()).containsOnly(Http2Error.CANCEL);
    }
  }

  private static Plans once(Http2Server server) {
    return Plans.of(get("/"), think(60_000))
        .version(Version.HTTP_2)
        .target(server.url())
        .lasting(Duration.ofMillis(100));
  }

  private static Plans briefly(Http2Server server) {
    return Plans.of(get("/"), think(10))
        .version(Version.HTTP_2)
        .target(server.url())
        .lasting(Duration.ofMillis(200));
  }
}
