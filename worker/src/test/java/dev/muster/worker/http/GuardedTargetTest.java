package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Version;
import dev.muster.worker.Plans;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Load goes where the worker may send, and nowhere else. */
class GuardedTargetTest {

  @ParameterizedTest
  @ValueSource(strings = {
      "http://192.0.2.1", "http://[2001:db8::1]", "https://192.0.2.1", "http://shop.invalid"})
  void nothing_is_sent_to_a_target_that_is_not_allowed(String target) {
    Loads.of(Plans.of(Plans.get("/"), Plans.think(100)).target(target)).only("not_allowed");
  }

  @Test
  void nothing_is_sent_over_http_2_to_a_target_that_is_not_allowed() {
    Loads.of(
        Plans.of(Plans.get("/"), Plans.think(100))
            .target("http://192.0.2.1")
            .version(Version.HTTP_2))
        .only("not_allowed");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void a_redirect_to_another_host_is_an_answer_and_is_not_followed(int status) {
    try (var elsewhere = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var server = RawServer.answering(
            "HTTP/1.1 " + status + " Elsewhere\r\nLocation: " + elsewhere.url()
                + "/\r\nContent-Length: 0\r\n\r\n")) {
      var outcome = Loads.of(briefly(server.url())).withoutFailure();

      assertThat(server.requests()).hasSize((int) outcome.sent());
      assertThat(elsewhere.connections()).isZero();
    }
  }

  @Test
  void what_else_an_answer_says_of_other_places_is_not_followed() {
    try (var elsewhere = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var server = RawServer.answering(
            "HTTP/1.1 200 OK\r\nAlt-Svc: http/1.1=\":" + elsewhere.port() + "\"\r\nRefresh: 0; url="
                + elsewhere.url() + "\r\nLink: <" + elsewhere.url()
                + ">; rel=preload\r\nContent-Length: 0\r\n\r\n")) {
      var _ = Loads.of(briefly(server.url())).withoutFailure();

      assertThat(elsewhere.connections()).isZero();
    }
  }

  @Test
  void localhost_leads_to_loopback_which_is_allowed() {
    try (var server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
      var _ = Loads.of(briefly("http://LocalHost:" + server.port())).withoutFailure();
    }
  }

  private static Plans briefly(String target) {
    return Plans.of(Plans.get("/"), Plans.think(50))
        .target(target)
        .lasting(Duration.ofMillis(300));
  }
}
