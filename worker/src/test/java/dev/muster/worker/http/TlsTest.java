package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.worker.Plans;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Targets of https. Whom to trust is the JVM's matter: its trust store, or the one that it is given. */
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

  private static Plans briefly(String url) {
    return Plans.of(get("/"), think(20))
        .target(url)
        .users(2)
        .timeout(Duration.ofSeconds(10))
        .lasting(Duration.ofMillis(500));
  }
}
