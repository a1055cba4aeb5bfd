package dev.muster.deploy.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class ArchiveServerTest {

  private static final String GET = "GET /muster.tar.gz HTTP/1.1\r\nHost: x\r\n\r\n";

  /** Longer than anything takes here. */
  private static final Duration LONG = Duration.ofSeconds(30);

  /** For those that wait until it is over. */
  private static final Duration SHORT = Duration.ofMillis(300);

  private static final byte[] CONTENT = new byte[8_000_000];

  @TempDir
  private static Path folder = Path.of("");

  private static SSLContext tls;
  private ArchiveServer server;

  @BeforeAll
  static void make() throws Exception {
    new Random(1).nextBytes(CONTENT);
    Path keys = folder.resolve("keys.p12");
    Process keytool = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
        "-alias", "a", "-keyalg", "EC", "-dname", "CN=localhost", "-storepass", "secret",
        "-keystore",
        keys.toString())
        .inheritIO()
        .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance(keys.toFile(), "secret".toCharArray());
    KeyManagerFactory shown = KeyManagerFactory.getInstance("PKIX");
    shown.init(store, "secret".toCharArray());
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    KeyStore known = KeyStore.getInstance("PKCS12");
    known.load(null, null);
    known.setCertificateEntry("a", store.getCertificate("a"));
    trusted.init(known);
    TrustManager[] trust = trusted.getTrustManagers();
    tls = SSLContext.getInstance("TLS");
    tls.init(shown.getKeyManagers(), trust, null);
  }

  @BeforeEach
  void start() throws IOException {
    Files.write(folder.resolve("file"), CONTENT);
    start(new ArchiveServer.Bounds(100, LONG, LONG));
  }

  private void start(ArchiveServer.Bounds bounds) throws IOException {
    if (server != null) {
      server.close();
    }
    server = ArchiveServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tls, folder.resolve("file"),
        bounds);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void whoever_asks_for_the_file_gets_its_bytes(String version) throws IOException {
    try (SSLSocket link = link()) {
      link.setEnabledProtocols(new String[]{version});
      byte[] answer = said(link, GET);

      assertThat(head(answer)).startsWith("HTTP/1.1 200 OK\r\n")
          .contains("Content-Length: 8000000\r\n", "Connection: close\r\n");
      assertThat(content(answer)).isEqualTo(CONTENT);
    }
  }

  @Test
  void who_asks_for_its_head_gets_its_length_alone() throws IOException {
    byte[] answer = answer("HEAD /muster.tar.gz HTTP/1.0\r\n\r\n");

    assertThat(head(answer)).startsWith("HTTP/1.1 200 OK\r\n").contains("Content-Length: 8000000");
    assertThat(content(answer)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"GET / HTTP/1.1, 404 Not Found", "GET /muster.tar.gz?a HTTP/1.1, 404 Not Found",
      "GET //muster.tar.gz HTTP/1.1, 404 Not Found",
      "GET /../trust/authority.pem HTTP/1.1, 404 Not Found",
      "POST /muster.tar.gz HTTP/1.1, 405 Method Not Allowed",
      "DELETE /muster.tar.gz HTTP/1.1, 405 Method Not Allowed",
      "GET /muster.tar.gz HTTP/2.0, 400 Bad Request", "GET /muster.tar.gz, 400 Bad Request",
      "hello, 400 Bad Request", " /muster.tar.gz HTTP/1.1, 400 Bad Request"})
  void nothing_else_is_answered(String line, String status) throws IOException {
    byte[] answer = answer(line + "\r\nHost: x\r\n\r\n");

    assertThat(head(answer)).startsWith("HTTP/1.1 " + status + "\r\n");
    assertThat(content(answer)).isEmpty();
  }

  @Test
  void headers_without_end_are_not_read_to_their_end() throws IOException {
    String endless = "GET /muster.tar.gz HTTP/1.1\r\nX: " + "x".repeat(8 << 10);

    assertThat(head(answer(endless))).startsWith("HTTP/1.1 400 Bad Request\r\n");
  }

  @Test
  void a_file_that_is_replaced_is_served_as_it_was() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "other");
    Files.move(other, folder.resolve("file"), StandardCopyOption.ATOMIC_MOVE);

    assertThat(content(answer(GET))).isEqualTo(CONTENT);
  }

  @Test
  void who_does_not_say_what_it_wants_is_closed() throws IOException {
    start(new ArchiveServer.Bounds(100, SHORT, LONG));
    try (Socket silent = socket(); SSLSocket slow = link()) {
      slow.getOutputStream().write("GET ".getBytes(StandardCharsets.US_ASCII));

      assertThat(silent.getInputStream().read()).isNegative();
      assertThat(readToTheEnd(slow)).isEmpty();
    }
  }

  @Test
  void who_does_not_take_what_it_asked_for_is_closed() throws IOException {
    start(new ArchiveServer.Bounds(1, LONG, SHORT));
    try (SSLSocket greedy = link()) {
      greedy.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
      try (Socket next = socket()) {
        // There is one place, so this one is closed only after its own turn has come.
        assertThat(next.getInputStream().read()).isNegative();
      }
      assertThat(content(readToTheEnd(greedy)).length).isLessThan(CONTENT.length);
    }
  }

  @Test
  void more_than_are_served_at_a_time_wait_for_their_turn() throws IOException {
    start(new ArchiveServer.Bounds(2, LONG, LONG));
    var first = new ArrayList<>(List.of(socket(), socket()));
    try (SSLSocket third = link()) {
      third.setSoTimeout((int) SHORT.toMillis());
      assertThat(isAnswered(third)).isFalse();
    }
    for (Socket each : first) {
      each.close();
    }

    assertThat(content(answer(GET))).isEqualTo(CONTENT);
  }

  @Test
  void at_its_end_it_lets_go_of_everybody() throws IOException {
    try (Socket open = socket()) {
      assertThat(content(answer(GET))).isEqualTo(CONTENT);
      server.close();

      assertThat(open.getInputStream().read()).isNegative();
    }
  }

  private static boolean isAnswered(SSLSocket link) {
    try {
      link.startHandshake();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private byte[] answer(String request) throws IOException {
    try (SSLSocket link = link()) {
      return said(link, request);
    }
  }

  private static byte[] said(SSLSocket link, String request) throws IOException {
    OutputStream out = link.getOutputStream();
    out.write(request.getBytes(StandardCharsets.US_ASCII));
    out.flush();
    return readToTheEnd(link);
  }

  /** As much as there is, however it ends. */
  private static byte[] readToTheEnd(Socket link) throws IOException {
    var all = new ByteArrayOutputStream();
    InputStream in = link.getInputStream();
    byte[] piece = new byte[64 << 10];
    try {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        all.write(piece, 0, read);
      }
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      // Without a farewell.
    }
    return all.toByteArray();
  }

  private static String head(byte[] answer) {
    String text = new String(answer, StandardCharsets.ISO_8859_1);
    return text.substring(0, Math.max(0, text.indexOf("\r\n\r\n") + 2));
  }

  private static byte[] content(byte[] answer) {
    String text = new String(answer, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    return end < 0
        ? new byte[0]
        : Arrays.copyOfRange(answer, end + 4, answer.length);
  }

  private Socket socket() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4 << 10); // Else the system would take it all for one who does not.
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket.setSoTimeout((int) LONG.toMillis());
    return socket;
  }

  private SSLSocket link() throws IOException {
    return (SSLSocket) tls.getSocketFactory()
        .createSocket(socket(), "localhost", server.port(), true);
  }
}
