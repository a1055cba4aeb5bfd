package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.TlsOptions;
import dev.muster.worker.Plans;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 over TLS, as ALPN agrees on it or does not. */
class Http2TlsTest {

  @TempDir
  private static Path folder = Path.of("");

  private static SelfSigned certificate = new SelfSigned(folder);

  @BeforeAll
  static void makes_a_certificate() {
    certificate = SelfSigned.in(folder);
  }

  @Test
  void requests_are_answered_over_the_connections_that_the_plan_asks_for() {
    for (Connections policy : Connections.values()) {
      try (var server = Http2Server.answering(certificate.context("h2"), 200, "wiki")) {
        var outcome = Loads.of(briefly(server.port()).connections(policy)).withoutFailure();

        assertThat(outcome.bodyBytes()).isEqualTo(4 * outcome.answered());
        assertThat(server.requests()).hasSize((int) outcome.answered())
            .allMatch(
                request -> request.headers().contains(":scheme: https")
                    && request.headers().contains(":authority: localhost:" + server.port()));
        assertThat(server.connections()).isEqualTo(switch (policy) {
          case SHARED -> 1;
          case PER_USER -> 3;
          case PER_REQUEST -> (int) outcome.sent();
        });
      }
    }
  }

  @Test
  void bodies_of_some_length_go_both_ways() {
    String body = "0123456789".repeat(200_000);
    try (var server = Http2Server.answering(certificate.context("h2"), 200, body)) {
      var outcome = Loads.of(
          briefly(server.port()).lasting(Duration.ofMillis(100))).withoutFailure();

      assertThat(outcome.bodyBytes()).isEqualTo(outcome.answered() * body.length());
    }
  }

  @Test
  void a_target_that_agrees_on_no_protocol_or_on_another_does_not_speak_the_version() {
    try (var server = RawServer.answering(certificate.sockets(), "HTTP/1.1 200 OK\r\n\r\n")) {
      Loads.of(briefly(server.port())).only("http_version");
      assertThat(server.requests()).isEmpty();
    }
    try (var server = Http2Server.answering(certificate.context("http/1.1"), 200, "wiki")) {
      Loads.of(briefly(server.port())).only("http_version");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void a_target_that_ends_the_handshake_over_it_does_not_speak_the_version() {
    var strict = certificate.context("http/1.1", SelectorFailureBehavior.FATAL_ALERT);
    try (var server = Http2Server.answering(strict, 200, "wiki")) {
      Loads.of(briefly(server.port())).only("http_version");
    }
  }

  @Test
  void a_certificate_that_nobody_vouches_for_fails_the_handshake() {
    try (var server = Http2Server.answering(certificate.context("h2"), 200, "wiki")) {
      Loads.of(briefly(server.port()).tls(TlsOptions.defaults())).only("tls");
    }
  }

  private static Plans briefly(int port) {
    return Plans.of(get("/"), think(20))
        .version(Version.HTTP_2)
        .target("https://localhost:" + port)
        .tls(new TlsOptions(certificate.pem(), false))
        .users(3)
        .timeout(Duration.ofSeconds(10))
        .lasting(Duration.ofMillis(300));
  }
}
