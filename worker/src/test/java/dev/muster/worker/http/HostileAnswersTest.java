package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.scenario.Check;
import dev.muster.plan.scenario.Step;
import dev.muster.worker.Plans;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets whose answers are meant to harm who asked: each ends as one kind of failure, or is counted. */
@Timeout(60)
class HostileAnswersTest {

  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";
  private static final long GIGABYTE = 1L << 30;

  @Test
  void headers_without_end_are_no_answer() {
    assertEndless(OK, "X-More: " + "a".repeat(100) + "\r\n", "bad_response");
  }

  @Test
  void a_header_without_end_is_no_answer() {
    assertEndless(OK + "X-More: ", "a".repeat(1_000), "bad_response");
  }

  @Test
  void a_status_line_without_end_is_no_answer() {
    assertEndless("HTTP/1.1 200 ", "OK".repeat(500), "bad_response");
  }

  @Test
  void a_name_without_end_is_no_answer() {
    assertEndless(OK, "a".repeat(1_000), "bad_response");
  }

  @Test
  void empty_lines_without_end_are_no_answer() {
    assertEndless("", "\r\n".repeat(500), "bad_response");
  }

  @Test
  void hints_without_end_time_out() {
    assertEndless("", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(20), "timeout");
  }

  /** It is sent as fast as it is read, so that a loop that reads all there is would never be done. */
  @Test
  void a_body_without_end_times_out() {
    assertEndless(OK + "\r\n", "a".repeat(64 * 1024), "timeout");
    assertEndless(OK + "Content-Length: 999999999999999999\r\n\r\n", "a".repeat(64 * 1024),
        "timeout");
  }

  @Test
  void chunks_without_end_time_out() {
    assertEndless(CHUNKED, "1\r\na\r\n".repeat(1_000), "timeout");
    assertEndless(CHUNKED, ("8000\r\n" + "a".repeat(0x8000) + "\r\n").repeat(2), "timeout");
  }

  @Test
  void what_stands_beside_chunks_has_an_end_or_is_no_answer() {
    assertEndless(CHUNKED + "1", ";a=b".repeat(1_000), "bad_response");
    assertEndless(CHUNKED + "1", "1".repeat(1_000), "bad_response");
    assertEndless(CHUNKED + "0\r\n", "X-Trailer: a\r\n".repeat(100), "bad_response");
    assertEndless(CHUNKED + "0\r\n", "a".repeat(1_000), "bad_response");
    assertEndless(CHUNKED, "0".repeat(1_000), "bad_response");
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "-1\r\n", "x\r\n", "\r\n", "ffffffffffffffff\r\n", "8000000000000000\r\n", "1\na\n0\n\n",
      "1\r\nab\r\n", "1 \u0000\r\na\r\n", "0x1\r\na\r\n", "1\r\na0\r\n\r\n",
      "0\r\n: nameless\r\n\r\n",
      "0\r\n folded\r\n\r\n"})
  void chunks_that_are_none_are_no_answer(String chunks) {
    assertOnly(CHUNKED + chunks, "bad_response");
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "Content-Length: -1\r\n\r\n", "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "Content-Length: 99999999999999999999\r\n\r\n", "Content-Length: 1x\r\n\r\na",
      "Content-Length: 0x1\r\n\r\na", "a\u0000b: c\r\n\r\n"})
  void lengths_that_are_none_are_no_answer(String rest) {
    assertOnly(OK + rest, "bad_response");
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", "HTTP/1.1 -200 OK\r\n\r\n",
      "HTTP/9.9.9 200 OK\r\n\r\n", "\u0000\u0001\u0002\r\n\r\n", "ICY 200\r\n\r\n"})
  void what_begins_otherwise_is_no_answer(String answer) {
    assertOnly(answer, "bad_response");
  }

  @Test
  void an_answer_that_comes_byte_by_byte_has_no_more_time_than_others() {
    try (var server = new RawServer(guest -> {
      guest.request();
      for (char letter : (OK + "X-Slow: " + "a".repeat(1_000)).toCharArray()) {
        guest.say(String.valueOf(letter));
        guest.pause(5);
      }
    })) {
      Loads.of(briefly(server)).only("timeout");
    }
  }

  @Test
  void a_gigabyte_is_counted_and_not_kept() {
    try (var server = gigabyte()) {
      var outcome = Loads.of(once(server, Plans.get("/"))).withoutFailure();

      assertThat(outcome.bodyBytes()).isEqualTo(outcome.sent() * GIGABYTE);
    }
  }

  @Test
  void of_a_gigabyte_that_is_checked_no_more_than_the_beginning_is_kept() {
    var checked = checked("needle");
    try (var server = gigabyte()) {
      Loads.of(once(server, checked)).only("check_body");
    }
    var body = new KeptBody();
    var piece = ByteBuffer.allocate(64 * 1024);
    for (int i = 0; i < 1_000; i++) {
      body.add(piece, 0, piece.capacity());
    }
    assertThat(body.text()).hasSize(Check.Body.LONGEST);
  }

  @Test
  void what_is_packed_stays_packed() throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 64; i++) {
        gzip.write(zeros);
      }
    }
    assertThat(packed.size()).isLessThan(100_000);
    String answer = OK + "Content-Encoding: gzip\r\nContent-Length: " + packed.size() + "\r\n\r\n"
        + packed.toString(StandardCharsets.ISO_8859_1);
    try (var server = RawServer.answering(answer)) {
      var outcome = Loads.of(briefly(server)).withoutFailure();

      assertThat(outcome.bodyBytes()).isEqualTo(outcome.sent() * packed.size());
    }
  }

  @Test
  void users_of_good_targets_are_not_held_up_by_a_body_without_end() {
    try (var server = new RawServer(guest -> {
      String request = guest.request();
      if (request != null && request.startsWith("GET /endless")) {
        endlessly(guest, OK + "\r\n", "a".repeat(64 * 1024));
      }
      while (request != null) {
        guest.say(OK + "Content-Length: 0\r\n\r\n");
        request = guest.request();
      }
    })) {
      var plan = Plans.empty()
          .scenario(1, null, Plans.task(1, Plans.get("/endless"), Plans.think(50)))
          .scenario(1, null, Plans.task(1, Plans.get("/good"), Plans.think(10)))
          .users(4)
          .target(server.url())
          .timeout(Duration.ofMillis(300));

      var outcome = Loads.of(plan);

      assertThat(outcome.failures()).containsOnlyKeys("timeout");
      assertThat(outcome.answered()).isGreaterThan(20);
    }
  }

  private static Step.Request checked(String text) {
    var plain = Plans.get("/");
    return new Step.Request(
        plain.method(), plain.path(), plain.name(), plain.headers(), plain.body(), plain.timeout(),
        List.of(new Check.Body("body", text)));
  }

  private static RawServer gigabyte() {
    String piece = "a".repeat(1 << 20);
    return new RawServer(guest -> {
      guest.request();
      guest.say(OK + "Content-Length: " + GIGABYTE + "\r\n\r\n");
      for (long sent = 0; sent < GIGABYTE; sent += piece.length()) {
        guest.say(piece);
      }
      guest.listen();
    });
  }

  private static void assertEndless(String begin, String more, String kind) {
    try (var server = new RawServer(guest -> {
      guest.request();
      endlessly(guest, begin, more);
    })) {
      Loads.of(kind.equals("timeout") ? briefly(server) : patiently(server)).only(kind);
    }
  }

  /** Until the guest leaves. */
  private static void endlessly(RawServer.Guest guest, String begin, String more)
      throws IOException {
    guest.say(begin);
    while (true) {
      guest.say(more);
    }
  }

  private static void assertOnly(String answer, String kind) {
    try (var server = RawServer.answering(answer)) {
      Loads.of(patiently(server)).only(kind);
    }
  }

  /** What is no answer is found to be none, however busy the machine is. */
  private static Plans patiently(RawServer server) {
    return briefly(server).timeout(Duration.ofSeconds(20));
  }

  private static Plans briefly(RawServer server) {
    return Plans.of(Plans.get("/"), Plans.think(50))
        .target(server.url())
        .lasting(Duration.ofMillis(100))
        .timeout(Duration.ofMillis(300));
  }

  private static Plans once(RawServer server, Step.Request request) {
    return Plans.of(request, Plans.think(60_000)).target(server.url());
  }
}
