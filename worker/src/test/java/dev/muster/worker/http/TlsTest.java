package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.TlsOptions;
import dev.muster.worker.Plans;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Targets of https, and whom of them to trust. */
class TlsTest {

  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwiki";

  @TempDir
  private static Path folder = Path.of("");

  private static SelfSigned certificate = new SelfSigned(folder);

  @BeforeAll
  static void makes_a_certificate() {
    certificate = SelfSigned.in(folder);
  }

  @Test
  void requests_of_a_user_are_answered_over_one_connection() {
    try (var server = RawServer.answering(certificate.sockets(), ANSWER)) {
      certificate.trustedDuring(() -> {
        var outcome = Loads.of(briefly("https://localhost:" + server.port())).withoutFailure();

        assertThat(outcome.bodyBytes()).isEqualTo(4 * outcome.answered());
        assertThat(server.connections()).isEqualTo(2);
        assertThat(server.requests()).hasSize((int) outcome.answered())
            .allMatch(
                request -> request
                    .startsWith("GET / HTTP/1.1\r\nhost: localhost:" + server.port() + "\r\n"));
      });
    }
  }

  @Test
  void a_certificate_that_nobody_vouches_for_fails_the_handshake() {
    try (var server = RawServer.answering(certificate.sockets(), ANSWER)) {
      Loads.of(briefly("https://localhost:" + server.port())).only("tls");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void a_certificate_of_another_name_fails_the_handshake() {
    try (var server = RawServer.answering(certificate.sockets(), ANSWER)) {
      certificate.trustedDuring(
          () -> Loads.of(briefly("https://127.0.0.1:" + server.port())).only("tls"));
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void a_plan_brings_the_certificates_of_those_who_may_vouch() {
    try (var server = RawServer.answering(certificate.sockets(), ANSWER)) {
      var own = new TlsOptions(certificate.pem(), false);

      Loads.of(briefly("https://localhost:" + server.port()).tls(own)).withoutFailure();
      Loads.of(briefly("https://127.0.0.1:" + server.port()).tls(own)).only("tls");
    }
  }

  @Test
  void who_brings_certificates_trusts_no_others() {
    try (var server = RawServer.answering(certificate.sockets(), ANSWER)) {
      var another = new TlsOptions(SelfSigned.in(folder.resolve("another")).pem(), false);

      certificate.trustedDuring(
          () -> Loads.of(briefly("https://localhost:" + server.port()).tls(another)).only("tls"));
    }
  }

  @Test
  void who_skips_verification_takes_any_certificate_of_any_name() {
    try (var server = RawServer.answering(certificate.sockets(), ANSWER)) {
      var anyone = new TlsOptions(null, true);

      Loads.of(briefly("https://127.0.0.1:" + server.port()).tls(anyone)).withoutFailure();
    }
  }

  private static Plans briefly(String url) {
    return Plans.of(get("/"), think(20))
        .target(url)
        .users(2)
        .timeout(Duration.ofSeconds(10))
        .lasting(Duration.ofMillis(500));
  }
}
