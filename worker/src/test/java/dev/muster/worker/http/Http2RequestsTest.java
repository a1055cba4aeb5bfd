package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.scenario.Header;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Step.Method;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.Plans;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What arrives of a request over HTTP/2. */
class Http2RequestsTest {

  private static final Template DRAWN = new Template(
      List.of(
          new Template.Literal("/c/"), new Template.RandomInteger(1, 1_000_000_000),
          new Template.Literal("/"), new Template.UserNumber(), new Template.Literal("/"),
          new Template.IterationNumber()));

  @Test
  void a_get() {
    try (var server = Http2Server.answering(200, "")) {
      var request = firstOf(server, Plans.of(get("/a?b=grün"), think(60_000)));

      assertThat(request.headers()).containsExactly(
          ":method: GET", ":scheme: http", ":path: /a?b=gr%C3%BCn",
          ":authority: 127.0.0.1:" + server.port(), "user-agent: muster", "accept: */*");
    }
  }

  @Test
  void each_method_says_how_long_its_body_is() {
    assertThat(sent(Method.POST, "{}").headers()).contains(":method: POST", "content-length: 2");
    assertThat(sent(Method.PUT, "grün").headers()).contains("content-length: 5");
    assertThat(sent(Method.PUT, "grün").body())
        .isEqualTo(
            new String("grün".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    assertThat(sent(Method.POST, null).headers()).contains("content-length: 0");
    assertThat(sent(Method.DELETE, null).headers()).contains(":method: DELETE")
        .noneMatch(header -> header.startsWith("content-length"));
    assertThat(sent(Method.GET, null).headers())
        .noneMatch(header -> header.startsWith("content-length"));
  }

  @Test
  void names_are_in_small_letters_and_the_host_is_the_authority() {
    var request = sent(
        Method.GET, null, header("X-Token", " 1 "), header("Host", "example.org"),
        header("ACCEPT", "text/html"));

    assertThat(request.headers())
        .contains("x-token: 1", ":authority: example.org", "accept: text/html")
        .noneMatch(header -> header.startsWith("host") || header.contains("*/*"));
  }

  @Test
  void headers_of_a_connection_of_http_1_1_are_left_out() {
    var request = sent(
        Method.GET, null, header("Keep-Alive", "5"), header("Proxy-Connection", "x"),
        header("TE", "gzip"), header("Upgrade", "h2c"), header("Token", "1"));

    assertThat(request.headers()).contains("token: 1")
        .noneMatch(
            header -> header.matches("(keep-alive|proxy-connection|te|upgrade|connection):.*"));
  }

  @Test
  void a_head_may_be_longer_than_a_frame_and_its_texts_longer_than_one_byte_tells() {
    String some = "x".repeat(16_370);
    var path = new Template(
        List.of(new Template.Literal("/" + "p".repeat(300)), new Template.UserNumber()));
    var many = new Template(List.of(new Template.Literal("a=" + some), new Template.UserNumber()));
    var step = new Step.Request(
        Method.POST, path, "long",
        List.of(header("X-Long", some), new Header("Cookie", many), header("X-Last", "1")),
        new Template(List.of(new Template.Literal("user "), new Template.UserNumber())), null,
        List.of());
    try (var server = Http2Server.answering(200, "")) {
      var request = firstOf(server, Plans.of(step, think(10)));

      assertThat(request.path()).isEqualTo("/" + "p".repeat(300) + "0");
      assertThat(request.headers()).contains(
          "x-long: " + some, "cookie: a=" + some + "0", "x-last: 1", "content-length: 6");
      assertThat(server.requests()).hasSizeGreaterThan(1)
          .allMatch(each -> each.body().equals("user 0"));
    }
  }

  /** The first user of each version fills in the same numbers, as it draws in the same order. */
  @Test
  void a_lane_draws_the_same_as_over_http_1_1() {
    var step = new Step.Request(
        Method.POST, DRAWN, "c",
        List.of(
            new Header("a", DRAWN), new Header("Keep-Alive", DRAWN), new Header("Host", DRAWN),
            new Header("b", DRAWN)),
        DRAWN, null, List.of());
    var before = new ArrayList<String>();
    try (var server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
      Loads.of(draws(step).target(server.url())).withoutFailure();
      for (String request : server.requests()) {
        before.add(
            part(request, "POST (.*) HTTP") + " " + part(request, "a: (.*)") + " "
                + part(request, "Host: (.*)") + " " + part(request, "b: (.*)") + " "
                + request.substring(request.indexOf("\r\n\r\n") + 4));
      }
    }
    var now = new ArrayList<String>();
    try (var server = Http2Server.answering(200, "")) {
      Loads.of(draws(step).version(Version.HTTP_2).target(server.url())).withoutFailure();
      for (Http2Server.Request request : server.requests()) {
        String headers = String.join("\n", request.headers());
        now.add(
            request.path() + " " + part(headers, "\na: (.*)") + " "
                + part(headers, ":authority: (.*)") + " " + part(headers, "\nb: (.*)") + " "
                + request.body());
        assertThat(headers).contains("\ncontent-length: " + request.body().length());
      }
    }

    int common = Math.min(before.size(), now.size());
    assertThat(common).isGreaterThanOrEqualTo(5);
    assertThat(now.subList(0, common)).isEqualTo(before.subList(0, common));
    assertThat(now.getFirst()).matches("(/c/\\d+/0/0 ?){5}");
  }

  private static String part(String text, String pattern) {
    var matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
    return matcher.group(1).strip();
  }

  private static Plans draws(Step step) {
    return Plans.of(step, think(10)).seed(7).lasting(Duration.ofMillis(200));
  }

  private static Header header(String name, String value) {
    return new Header(name, Template.literal(value));
  }

  private static Http2Server.Request sent(
      Method method, @Nullable String body, Header... headers) {
    var step = new Step.Request(
        method, Template.literal("/"), "/", List.of(headers),
        body == null ? null : Template.literal(body), null, List.of());
    try (var server = Http2Server.answering(200, "")) {
      return firstOf(server, Plans.of(step, think(60_000)));
    }
  }

  private static Http2Server.Request firstOf(Http2Server server, Plans plan) {
    Loads.of(
        plan.version(Version.HTTP_2).target(server.url()).lasting(Duration.ofMillis(50)))
        .withoutFailure();
    return server.requests().getFirst();
  }
}
