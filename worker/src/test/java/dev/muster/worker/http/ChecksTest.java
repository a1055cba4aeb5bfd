package dev.muster.worker.http;

import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.scenario.Check;
import dev.muster.plan.scenario.Check.StatusRange;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.Plans;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An answer that is not as the plan says fails, under the name of what it failed. */
class ChecksTest {

  private static final Check FOUND = status("status", 200);
  private static final Check HAS_WIKI = new Check.Body("has_wiki", "wiki");

  @Test
  void an_answer_that_passes_all_checks_is_answered() {
    with(answer(200, "a wikipedia"), FOUND, HAS_WIKI).withoutFailure();
  }

  @Test
  void a_status_that_was_not_asked_for_fails_though_it_is_below_400() {
    with(answer(201, "wiki"), FOUND).only("check_status");
  }

  @Test
  void a_status_that_was_asked_for_is_right_though_it_is_above_400() {
    with(answer(404, "wiki"), new Check.Status("status", List.of(new StatusRange(400, 499))))
        .withoutFailure();
  }

  @Test
  void without_a_check_of_it_a_status_of_400_still_fails_before_its_body_is_looked_at() {
    with(answer(503, "pedia"), HAS_WIKI).only("status_503");
  }

  @Test
  void a_body_without_the_text_fails_under_the_checks_name_and_its_bytes_count() {
    var outcome = with(answer(200, "pedia"), FOUND, HAS_WIKI);

    outcome.only("check_has_wiki");
    assertThat(outcome.bodyBytes()).isEqualTo(5 * outcome.failed());
  }

  @Test
  void the_first_check_that_fails_gives_the_name() {
    with(answer(200, "x"), new Check.Body("one", "x"), new Check.Body("two", "y"),
        new Check.Body("three", "z")).only("check_two");
  }

  @Test
  void a_text_is_found_where_chunks_part_it() {
    with(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na w\r\n3\r\niki\r\n0\r\n\r\n",
        HAS_WIKI).withoutFailure();
  }

  @Test
  void a_text_beyond_ascii_is_found() {
    byte[] utf8 = "Żółw".getBytes(StandardCharsets.UTF_8);
    String body = new String(utf8, StandardCharsets.ISO_8859_1);

    with(answer(200, body), new Check.Body("body", "ółw")).withoutFailure();
  }

  @Test
  void a_body_is_looked_at_up_to_its_first_mebibyte() {
    String filler = "x".repeat(Check.Body.LONGEST - 4);

    with(answer(200, filler + "wiki"), HAS_WIKI).withoutFailure();
    with(answer(200, filler + "xwiki"), HAS_WIKI).only("check_has_wiki");
  }

  @Test
  void a_check_is_one_requests_own() {
    try (var server = RawServer.answering(answer(200, "pedia"))) {
      var outcome = Loads.of(
          Plans.of(request(), request(HAS_WIKI), think(20))
              .target(server.url())
              .lasting(Duration.ofMillis(200)));

      assertThat(outcome.answered()).isPositive();
      assertThat(outcome.failures()).isEqualTo(Map.of("check_has_wiki", outcome.failed()));
    }
  }

  private static Loads.Outcome with(String answer, Check... checks) {
    try (var server = RawServer.answering(answer)) {
      return Loads.of(
          Plans.of(request(checks), think(20))
              .target(server.url())
              .lasting(Duration.ofMillis(150)));
    }
  }

  private static Step request(Check... checks) {
    return new Step.Request(
        Step.Method.GET, Template.literal("/"), "/", List.of(), null, null, List.of(checks));
  }

  private static String answer(int status, String body) {
    return "HTTP/1.1 " + status + " X\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static Check status(String name, int only) {
    return new Check.Status(name, List.of(new StatusRange(only, only)));
  }
}
