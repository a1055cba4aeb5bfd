package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.worker.Plans;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of requests whose stream or connection of HTTP/2 ends. */
class Http2EndsTest {

  /** A frame of settings, none of them: what every server begins with. */
  private static final String SETTINGS = "\0\0\0\4\0\0\0\0\0";

  @Test
  void a_stream_that_the_target_refuses_is_a_failure_of_one_request() {
    try (var server = new Http2Server(request -> {
      if (request.path().equals("/no")) {
        request.reset(Http2Error.REFUSED_STREAM);
      } else {
        request.answer(200, "hi");
      }
    })) {
      var outcome = Loads.of(
          Plans.of(get("/no"), get("/yes"), think(10))
              .version(Version.HTTP_2)
              .target(server.url())
              .users(3)
              .connections(Connections.SHARED)
              .lasting(Duration.ofMillis(100)));

      assertThat(outcome.failures()).containsOnlyKeys("refused_stream");
      assertThat(outcome.answered()).isPositive();
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  /** Of three requests the target has seen but two when it says that it goes. */
  @Test
  void a_target_that_goes_away_is_sent_no_more_and_finishes_what_it_has_taken() {
    var open = new ArrayList<Http2Server.Request>();
    try (var server = new Http2Server(request -> {
      open.add(request);
      if (open.size() == 3) {
        request.goAway(open.get(1).stream());
        open.get(0).answer(200, "hi");
        open.get(1).answer(200, "hi");
      } else if (open.size() > 3) {
        request.answer(200, "hi");
      }
    })) {
      var outcome = Loads.of(
          Plans.of(get("/"), think(50))
              .version(Version.HTTP_2)
              .target(server.url())
              .connections(Connections.SHARED)
              .users(3)
              .lasting(Duration.ofMillis(200)));

      assertThat(outcome.failures()).isEqualTo(Map.of("refused_stream", 1L));
      assertThat(outcome.answered()).isGreaterThan(3).isEqualTo(outcome.sent() - 1);
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  /** RFC 9113, 6.8: first the target names a stream that never comes, then the last that it took. */
  @Test
  void a_target_that_goes_gracefully_loses_nothing() {
    try (var server = new Http2Server(request -> {
      request.goAway(Integer.MAX_VALUE);
      request.goAway(request.stream());
      request.answer(200, "hi");
    })) {
      var outcome = Loads.of(briefly(server)).withoutFailure();

      assertThat(server.connections()).isEqualTo((int) outcome.sent());
    }
  }

  @Test
  void a_connection_that_closes_ends_all_that_is_on_it_early() {
    var open = new ArrayList<Http2Server.Request>();
    try (var server = new Http2Server(request -> {
      open.add(request);
      if (open.size() == 5) {
        request.head(200, false);
        request.close();
      }
    })) {
      var outcome = Loads.of(once(server).connections(Connections.SHARED).users(5));

      assertThat(outcome.failures()).isEqualTo(Map.of("closed_early", 5L));
    }
  }

  @Test
  void a_connection_that_is_reset_resets_all_that_is_on_it() {
    try (var server = new RawServer(guest -> {
      guest.request();
      guest.reset();
    })) {
      Loads.of(briefly(server.url()).connections(Connections.SHARED).users(3)).only("reset");
    }
  }

  @Test
  void a_closed_port_refuses() throws IOException {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Loads.of(briefly("http://127.0.0.1:" + port)).only("refused");
  }

  @Test
  void nobody_who_shares_a_connection_waits_for_it_longer_than_for_a_connect() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var waiting = FailuresTest.fill(server);
      Loads.of(
          briefly("http://127.0.0.1:" + server.getLocalPort())
              .connections(Connections.SHARED)
              .users(3)
              .connectTimeout(Duration.ofMillis(100)))
          .only("connect_timeout");
      for (var socket : waiting) {
        socket.close();
      }
    }
  }

  /** The first of those who share a connection has been sent over it, and the others wait for it. */
  @Test
  void a_target_that_says_nothing_times_out() {
    try (var server = new RawServer(RawServer.Guest::listen)) {
      for (Connections policy : Connections.values()) {
        var outcome = Loads.of(
            briefly(server.url())
                .connections(policy)
                .users(3)
                .timeout(Duration.ofMillis(100)));

        assertThat(outcome.answered()).isZero();
        assertThat(outcome.failures().keySet()).contains("timeout")
            .isSubsetOf("timeout", "connect_timeout");
      }
    }
  }

  @Test
  void a_target_of_http_1_1_does_not_speak_the_version() {
    try (var server = RawServer.answering("HTTP/1.1 400 Bad Request\r\n\r\n")) {
      Loads.of(briefly(server.url()).users(2)).only("http_version");
    }
  }

  @Test
  void what_the_drain_gives_up_is_in_flight() {
    try (var server = new Http2Server(_ -> {})) {
      var outcome = Loads.of(
          once(server).connections(Connections.SHARED).users(4).drain(Duration.ofMillis(50)));

      assertThat(outcome.inFlight()).isEqualTo(4);
      assertThat(outcome.sent()).isEqualTo(4);
    }
  }

  @Test
  void a_stream_that_the_target_cancels_is_a_reset_of_one_request() {
    for (var error : new Http2Error[]{Http2Error.CANCEL, Http2Error.INTERNAL_ERROR}) {
      try (var server = new Http2Server(request -> request.reset(error))) {
        Loads.of(briefly(server)).only("reset");

        assertThat(server.connections()).isEqualTo(1);
      }
    }
  }

  @Test
  void a_target_that_wants_another_version_does_not_speak_this_one() {
    try (var server = new Http2Server(request -> request.reset(Http2Error.HTTP_1_1_REQUIRED))) {
      Loads.of(briefly(server)).only("http_version");
    }
  }

  /** RFC 9113, 8.1: a server that needs no more of a request says so behind its answer. */
  @Test
  void a_reset_without_an_error_behind_a_whole_answer_takes_nothing_from_it() {
    try (var server = Http2Server.ignoringBodies(request -> {
      request.answer(200, "hi");
      request.reset(Http2Error.NO_ERROR);
    })) {
      Loads.of(briefly(server)).withoutFailure();

      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void a_push_that_was_forbidden_ends_the_connection() {
    byte[] promise = {0, 0, 5, 5, 4, 0, 0, 0, 1, 0, 0, 0, 2, (byte) 0x88};
    try (var server = new Http2Server(request -> request.raw(promise))) {
      Loads.of(briefly(server)).only("bad_response");
    }
  }

  @Test
  void a_stream_that_nobody_opened_ends_the_connection() {
    byte[] headers = {0, 0, 1, 1, 5, 0, 0, 0, 99, (byte) 0x88};
    try (var server = new Http2Server(request -> request.raw(headers))) {
      Loads.of(briefly(server)).only("bad_response");
    }
  }

  @Test
  void a_window_that_grows_beyond_all_bounds_ends_the_connection() {
    byte[] update = {0, 0, 4, 8, 0, 0, 0, 0, 0, 0x7f, -1, -1, -1};
    try (var server = new Http2Server(request -> request.raw(update))) {
      Loads.of(briefly(server)).only("bad_response");
    }
  }

  @Test
  void a_target_that_gives_no_sign_of_life_when_asked_is_left() {
    try (var server = new RawServer(guest -> {
      guest.say(SETTINGS);
      guest.listen();
    })) {
      var plan = briefly(server.url()).timeout(Duration.ofMillis(20))
          .lasting(Duration.ofMillis(500));

      var outcome = Loads.of(plan);

      assertThat(outcome.failures()).containsOnlyKeys("timeout");
      assertThat(server.connections()).isGreaterThan(1);
    }
  }

  private static Plans once(Http2Server server) {
    return Plans.of(get("/"), think(60_000))
        .version(Version.HTTP_2)
        .target(server.url())
        .lasting(Duration.ofMillis(100));
  }

  private static Plans briefly(Http2Server server) {
    return briefly(server.url());
  }

  private static Plans briefly(String url) {
    return Plans.of(get("/"), think(10))
        .version(Version.HTTP_2)
        .target(url)
        .lasting(Duration.ofMillis(200));
  }
}
