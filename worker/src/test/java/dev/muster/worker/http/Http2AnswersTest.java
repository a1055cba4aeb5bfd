package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.scenario.Check;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.Plans;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What counts as a whole answer over HTTP/2, and what does not. */
class Http2AnswersTest {

  @Test
  void an_answer_with_a_body_and_one_without() {
    answers(request -> request.answer(200, "wikipedia"), 9);
    answers(request -> request.answer(204, ""), 0);
    answers(request -> {
      request.head(200, false, "content-length", "9");
      request.data("wiki", 0, false);
      request.data("pedia", 0, false);
      request.data("", 0, true);
    }, 9);
  }

  @Test
  void what_precedes_an_answer_is_not_the_answer_and_trailers_are_none_either() {
    answers(request -> {
      request.head(100, false);
      request.head(103, false, "link", "</a>");
      request.head(200, false);
      request.data("wiki", 0, false);
      request.trailers("checksum", "1");
    }, 4);
  }

  @Test
  void padding_is_no_part_of_a_body() {
    answers(request -> {
      request.head(200, false);
      request.data("wiki", 200, false);
      request.data("pedia", 1, true);
    }, 9);
  }

  @Test
  void a_status_of_400_or_above_fails_with_its_body_read() {
    for (int status : new int[]{400, 404, 503}) {
      try (var server = Http2Server.answering(status, "wiki")) {
        var outcome = Loads.of(briefly(server));

        outcome.only("status_" + status);
        assertThat(outcome.bodyBytes()).isEqualTo(4 * outcome.failed());
        assertThat(server.connections()).isEqualTo(2);
      }
    }
  }

  @Test
  void a_body_of_which_the_target_may_send_only_a_part_before_it_is_read() {
    String body = "0123456789".repeat(500_000);
    try (var server = Http2Server.answering(200, body)) {
      var outcome = Loads.of(once(server, get("/"), 8)).withoutFailure();

      assertThat(outcome.bodyBytes()).isEqualTo(8L * body.length());
    }
  }

  /** Longer than the window that a stream and a connection begin with. */
  @Test
  void a_body_of_which_the_target_must_be_told_that_it_was_read() {
    String body = "0123456789".repeat(4_000_000);
    try (var server = Http2Server.answering(200, body)) {
      var outcome = Loads.of(once(server, get("/"), 2)).withoutFailure();

      assertThat(outcome.bodyBytes()).isEqualTo(2L * body.length());
    }
  }

  @Test
  void a_request_of_which_the_target_lets_only_a_part_through_before_it_has_read_it() {
    String body = "0123456789".repeat(500_000);
    try (var server = Http2Server.answering(200, "")) {
      Loads.of(once(server, post(body), 2)).withoutFailure();

      assertThat(server.requests()).hasSize(2)
          .allSatisfy(request -> {
            assertThat(request.body()).isEqualTo(body);
            assertThat(request.headers()).contains("content-length: " + body.length());
          });
    }
  }

  @Test
  void a_target_that_lets_little_of_a_request_through_at_a_time_gets_all_of_it() {
    String body = "0123456789".repeat(500);
    try (var server = Http2Server.narrow(100, request -> request.answer(200, ""))) {
      Loads.of(
          Plans.of(post(body), think(10))
              .version(Version.HTTP_2)
              .target(server.url())
              .users(3)
              .lasting(Duration.ofMillis(100)))
          .withoutFailure();

      assertThat(server.requests()).hasSizeGreaterThan(3)
          .allSatisfy(request -> assertThat(request.body()).isEqualTo(body));
    }
  }

  @Test
  void an_answer_may_come_before_its_request_was_sent_and_stops_it() {
    try (var server = Http2Server.ignoringBodies(request -> request.answer(413, "no"))) {
      Loads.of(
          Plans.of(post("x".repeat(1_000_000)), think(20))
              .version(Version.HTTP_2)
              .target(server.url())
              .lasting(Duration.ofMillis(100)))
          .only("status_413");

      assertThat(server.connections()).isEqualTo(1);
      assertThat(server.resets()).isNotEmpty().containsOnly(Http2Error.CANCEL);
    }
  }

  @Test
  void a_check_finds_its_text_where_frames_part_it() {
    try (var server = new Http2Server(request -> {
      request.head(200, false);
      request.data("a w", 0, false);
      request.data("iki", 9, true);
    })) {
      Loads.of(once(server, checking("wiki"), 1)).withoutFailure();
      Loads.of(once(server, checking("pedia"), 1)).only("check_body");
    }
  }

  @Test
  void a_malformed_answer_is_a_bad_response_and_ends_its_stream_alone() {
    malformed(Http2Server.Request::headWithoutStatus);
    malformed(request -> request.head(101, false));
    malformed(request -> request.head(103, true));
    malformed(request -> request.dataUnasked("wiki"));
    malformed(request -> {
      request.head(200, false, "content-length", "9");
      request.data("wiki", 0, true);
    });
    malformed(request -> request.head(200, true, "content-length", "9"));
    malformed(request -> request.head(200, true, "content-length", "many"));
  }

  @Test
  void the_length_that_a_304_tells_is_of_a_body_that_it_does_not_have() {
    answers(request -> request.head(304, true, "content-length", "9"), 0);
  }

  @Test
  void what_is_no_frame_is_a_bad_response_to_all_on_the_connection() {
    // Settings whose length is not that of any settings (RFC 9113, 6.5).
    byte[] wrong = {0, 0, 5, 4, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5};
    try (var server = new Http2Server(request -> request.raw(wrong))) {
      Loads.of(briefly(server)).only("bad_response");
    }
  }

  private static void answers(Http2Server.Talk talk, int bodyBytes) {
    try (var server = new Http2Server(talk)) {
      var outcome = Loads.of(briefly(server)).withoutFailure();

      assertThat(outcome.bodyBytes()).isEqualTo(bodyBytes * outcome.answered());
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  private static void malformed(Http2Server.Talk talk) {
    try (var server = new Http2Server(talk)) {
      Loads.of(briefly(server)).only("bad_response");
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  private static Step post(String body) {
    return new Step.Request(
        Step.Method.POST, Template.literal("/"), "/", List.of(), Template.literal(body), null,
        List.of());
  }

  private static Step checking(String text) {
    return new Step.Request(
        Step.Method.GET, Template.literal("/"), "/", List.of(), null, null,
        List.of(new Check.Body("body", text)));
  }

  private static Plans once(Http2Server server, Step step, int users) {
    return Plans.of(step, think(60_000))
        .version(Version.HTTP_2)
        .target(server.url())
        .users(users)
        .lasting(Duration.ofMillis(100));
  }

  private static Plans briefly(Http2Server server) {
    return Plans.of(get("/"), think(10))
        .version(Version.HTTP_2)
        .connections(Connections.PER_USER)
        .target(server.url())
        .users(2)
        .lasting(Duration.ofMillis(100));
  }
}
