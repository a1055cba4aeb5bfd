package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.worker.Plans;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What counts as a whole answer. */
class AnswersTest {

  @Test
  void a_body_of_announced_length() {
    kept("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nwikipedia", 9);
    kept("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 0);
  }

  @Test
  void a_body_in_chunks_with_extensions_and_trailers() {
    kept(
        inChunks("4\r\nwiki\r\n5;ext=1\r\npedia\r\n0\r\nChecksum: 1\r\n\r\n"), 9);
  }

  @Test
  void no_body_where_the_status_allows_none() {
    kept("HTTP/1.1 204 No Content\r\n\r\n", 0);
    kept("HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n", 0);
  }

  @Test
  void what_precedes_an_answer_is_not_the_answer() {
    kept(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        2);
  }

  @Test
  void a_big_body() {
    kept("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + "x".repeat(300_000), 300_000);
  }

  @Test
  void a_body_that_ends_with_the_connection() {
    try (var server = new RawServer(guest -> {
      guest.request();
      guest.say("HTTP/1.1 200 OK\r\n\r\nwikipedia");
    })) {
      var outcome = Loads.of(briefly(server)).withoutFailure();

      assertThat(outcome.bodyBytes()).isEqualTo(9 * outcome.answered());
      assertThat(server.connections()).isEqualTo((int) outcome.sent());
    }
  }

  @Test
  void an_answer_that_comes_byte_by_byte() {
    String answer = inChunks("4\r\nwiki\r\n0\r\n\r\n");
    try (var server = new RawServer(guest -> {
      while (guest.request() != null) {
        for (int i = 0; i < answer.length(); i++) {
          guest.say(answer.substring(i, i + 1));
        }
      }
    })) {
      var outcome = Loads.of(briefly(server)).withoutFailure();

      assertThat(outcome.bodyBytes()).isEqualTo(4 * outcome.answered());
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  /** The connection stays open; nothing but the answer's own bytes tells its end. */
  private static void kept(String answer, int bodyBytes) {
    try (var server = RawServer.answering(answer)) {
      var outcome = Loads.of(briefly(server)).withoutFailure();

      assertThat(outcome.bodyBytes()).as(answer).isEqualTo(bodyBytes * outcome.answered());
      assertThat(server.connections()).as(answer).isEqualTo(2);
    }
  }

  private static String inChunks(String body) {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
  }

  private static Plans briefly(RawServer server) {
    return Plans.of(get("/"), think(10))
        .target(server.url())
        .users(2)
        .lasting(Duration.ofMillis(150));
  }
}
