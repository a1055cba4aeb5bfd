package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.load.LaneRandom;
import dev.muster.plan.scenario.Header;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Step.Method;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.Plans;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What arrives, byte by byte. */
class RequestsTest {

  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  @Test
  void a_get() {
    try (var server = RawServer.answering(ANSWER)) {
      assertThat(firstOf(server, Plans.of(get("/a?b=c"), think(60_000)))).isEqualTo(
          "GET /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:" + server.port()
              + "\r\nuser-agent: muster\r\naccept: */*\r\n\r\n");
    }
  }

  @Test
  void each_method_says_how_long_its_body_is() {
    assertThat(sent(Method.POST, "{}", "x")).endsWith("x: 1\r\ncontent-length: 2\r\n\r\n{}");
    assertThat(sent(Method.PUT, "grün", "x"))
        .endsWith("\r\ncontent-length: 5\r\n\r\n" + utf8("grün"));
    assertThat(sent(Method.POST, null, "x")).endsWith("x: 1\r\ncontent-length: 0\r\n\r\n");
    assertThat(sent(Method.DELETE, null, "x")).startsWith("DELETE / HTTP/1.1\r\n")
        .endsWith("x: 1\r\n\r\n");
    assertThat(sent(Method.DELETE, "why", "x")).endsWith("\r\ncontent-length: 3\r\n\r\nwhy");
    assertThat(sent(Method.GET, null, "x")).doesNotContain("content-length");
  }

  @Test
  void a_header_of_the_request_stands_for_the_plans_and_for_our_own() {
    assertThat(sent(Method.GET, null, "ACCEPT")).contains("\r\nACCEPT: 1\r\n")
        .doesNotContain("*/*");
    assertThat(sent(Method.GET, null, "Host")).contains("\r\nHost: 1\r\n")
        .doesNotContain("127.0.0.1");
    assertThat(sent(Method.GET, null, "TOKEN")).contains("\r\nTOKEN: 1\r\n")
        .doesNotContain("of the plan");
    assertThat(sent(Method.GET, null, "x")).contains("\r\ntoken: of the plan\r\nx: 1\r\n");
  }

  @Test
  void characters_beyond_ascii_are_escaped_in_the_path() {
    try (var server = RawServer.answering(ANSWER)) {
      assertThat(firstOf(server, Plans.of(get("/grün"), think(60_000))))
          .startsWith("GET /gr%C3%BCn HTTP/1.1\r\n");
    }
  }

  @Test
  void templates_are_filled_from_the_stream_of_the_users_iteration() {
    var everything = new Template(
        List.of(
            new Template.Literal("/c/"), new Template.RandomInteger(1, 4_499),
            new Template.Literal("/"), new Template.RandomInteger(Long.MIN_VALUE, -1),
            new Template.Literal("/"), new Template.UserNumber(), new Template.Literal("/"),
            new Template.IterationNumber()));
    var step = new Step.Request(
        Method.POST, everything, "c", List.of(new Header("x", everything)), everything, null,
        List.of());
    try (var server = RawServer.answering(ANSWER)) {
      Loads.of(Plans.of(step, think(10)).seed(7).target(server.url())).withoutFailure();

      var random = new LaneRandom(7, 0);
      for (int iteration = 0; iteration < 5; iteration++) {
        random.restart(7, 0, iteration);
        String path = everything.render(0, iteration, random);
        String header = everything.render(0, iteration, random);
        String body = everything.render(0, iteration, random);

        assertThat(server.requests().get(iteration)).startsWith("POST " + path + " HTTP/1.1\r\n")
            .contains("\r\nx: " + header + "\r\n")
            .endsWith("\r\n\r\n" + body);
      }
    }
  }

  private static String sent(Method method, @Nullable String body, String header) {
    var step = new Step.Request(
        method, Template.literal("/"), "/", List.of(new Header(header, Template.literal("1"))),
        body == null ? null : Template.literal(body), null, List.of());
    try (var server = RawServer.answering(ANSWER)) {
      return firstOf(
          server,
          Plans.of(step, think(60_000))
              .headers(new Header("token", Template.literal("of the plan"))));
    }
  }

  private static String firstOf(RawServer server, Plans plan) {
    Loads.of(plan.target(server.url()).lasting(Duration.ofMillis(50))).withoutFailure();
    return server.requests().getFirst();
  }

  /** The server shows each byte as one character. */
  private static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
