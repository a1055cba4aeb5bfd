package dev.muster.trust.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.Authority;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.Lives;
import dev.muster.trust.Role;
import dev.muster.trust.TrustProblem;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** What somebody hears who listens where the coordinator should. */
class EnrolmentTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final Authority expected = Authority.inMemory(Lives.USUAL, InstantSource.system());
  private final Authority other = Authority.inMemory(Lives.USUAL, InstantSource.system());

  @Test
  void a_man_in_the_middle_hears_not_one_byte() throws Exception {
    assertThat(heardBy(other, expected)).isEmpty();
  }

  @Test
  void a_coordinator_whose_clock_is_ahead_by_hours_is_believed() throws Exception {
    Authority ahead = Authority.inMemory(
        Lives.USUAL, InstantSource.offset(InstantSource.system(), Duration.ofHours(5)));

    assertThat(heardBy(ahead, ahead)).isNotEmpty();
  }

  @Test
  void one_whose_certificate_has_expired_hears_not_one_byte() throws Exception {
    Authority past = Authority.inMemory(
        Lives.USUAL, InstantSource.offset(InstantSource.system(), Duration.ofHours(-25)));

    assertThat(heardBy(past, past)).isEmpty();
  }

  @Test
  void the_coordinator_hears_more_than_nothing() throws Exception {
    assertThat(heardBy(expected, expected)).isNotEmpty();
  }

  /** What one who shows a certificate of {@code shown} can read of an enrolment with {@code expected}. */
  private static byte[] heardBy(Authority shown, Authority expected) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[]{new LiveCredential(shown.serverCredential()).keys()}, null, null);
    try (var listener = (SSLServerSocket) context.getServerSocketFactory()
        .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var heard = new CompletableFuture<byte[]>();
      Thread.ofVirtual().start(() -> heard.complete(listen(listener)));
      assertThatThrownBy(
          () -> new Enrolment("127.0.0.1", listener.getLocalPort())
              .enrol(expected.token(Role.WORKER, HOUR), "a"))
          .isInstanceOfAny(TrustProblem.class, Enrolment.NotThere.class);
      return heard.get(30, TimeUnit.SECONDS);
    }
  }

  private static byte[] listen(SSLServerSocket listener) {
    try (var socket = (SSLSocket) listener.accept()) {
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[]{"h2"});
      socket.setSSLParameters(parameters);
      return socket.getInputStream().readNBytes(1);
    } catch (IOException e) {
      return new byte[0];
    }
  }
}
