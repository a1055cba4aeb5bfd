package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.worker.Plans;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes wrong is counted as what it is. */
class FailuresTest {

  @Test
  void a_closed_port_refuses() throws IOException {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Loads.of(briefly("http://127.0.0.1:" + port)).only("refused");
  }

  @Test
  void a_reset_is_a_reset() {
    with(guest -> {
      guest.request();
      guest.reset();
    }, "reset");
  }

  @Test
  void a_close_before_the_whole_answer_is_early() {
    closesAfter("");
    closesAfter("HTTP/1.");
    closesAfter("HTTP/1.1 200 OK\r\nContent-Le");
    closesAfter("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nwiki");
    closesAfter("HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\nwiki");
    closesAfter("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwi");
    closesAfter("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwiki\r\n");
    closesAfter("HTTP/1.1 100 Continue\r\n\r\n");
  }

  @Test
  void silence_times_out() {
    try (var server = new RawServer(RawServer.Guest::listen)) {
      Loads.of(briefly(server.url()).timeout(Duration.ofMillis(100))).only("timeout");
    }
  }

  @Test
  void half_an_answer_times_out_too() {
    try (var server = new RawServer(guest -> {
      guest.request();
      guest.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nwiki");
      guest.listen();
    })) {
      Loads.of(briefly(server.url()).timeout(Duration.ofMillis(100))).only("timeout");
    }
  }

  /** Linux drops what wants to connect while the queue of a listener that never accepts is full. */
  @Test
  void a_full_queue_before_the_server_is_a_connect_timeout() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> waiting = fill(server);
      Loads.of(
          briefly("http://127.0.0.1:" + server.getLocalPort())
              .connectTimeout(Duration.ofMillis(100)))
          .only("connect_timeout");
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void a_name_without_an_address_is_a_matter_of_dns() {
    Loads.of(briefly("http://no-such-host.invalid")).only("dns");
  }

  @Test
  void a_server_that_speaks_no_tls_fails_the_handshake() {
    try (var server = new RawServer(guest -> {
      guest.say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
      guest.listen();
    })) {
      Loads.of(briefly("https://127.0.0.1:" + server.port())).only("tls");
    }
  }

  @Test
  void what_is_no_http_is_a_bad_response() {
    says("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    says("HTTP/1.1 abc\r\n\r\n");
    says("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n");
    says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n");
    says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
    says("HTTP/1.1 200 " + "x".repeat(20_000) + "\r\n\r\n");
  }

  @Test
  void a_head_without_an_end_is_a_bad_response() {
    with(guest -> {
      guest.request();
      guest.say("HTTP/1.1 200 OK\r\n");
      for (int i = 0; i < 100_000; i++) {
        guest.say("header-" + i + ": " + "x".repeat(1_000) + "\r\n");
      }
    }, "bad_response");
  }

  @Test
  void a_status_of_400_or_above_fails_with_its_body_read() {
    for (int status : new int[]{400, 404, 500, 503}) {
      try (var server = RawServer.answering(
          "HTTP/1.1 " + status + " No\r\nContent-Length: 4\r\n\r\nwiki")) {
        var outcome = Loads.of(briefly(server.url()));

        outcome.only("status_" + status);
        assertThat(outcome.bodyBytes()).isEqualTo(4 * outcome.failed());
        assertThat(server.connections()).isEqualTo(2);
      }
    }
  }

  @Test
  void what_the_drain_gives_up_is_in_flight() {
    try (var server = new RawServer(RawServer.Guest::listen)) {
      var outcome = Loads.of(briefly(server.url()).drain(Duration.ofMillis(50)));

      assertThat(outcome.inFlight()).isEqualTo(2);
      assertThat(outcome.sent()).isEqualTo(2);
    }
  }

  private static void closesAfter(String beginning) {
    with(guest -> {
      guest.request();
      guest.say(beginning);
    }, "closed_early");
  }

  private static void says(String text) {
    with(guest -> {
      guest.request();
      guest.say(text);
      guest.listen();
    }, "bad_response");
  }

  private static void with(RawServer.Talk talk, String kind) {
    try (var server = new RawServer(talk)) {
      Loads.of(briefly(server.url())).only(kind);
    }
  }

  /** Makes connections until one more is not let in; they are the caller's to close. */
  static List<Socket> fill(ServerSocket server) throws IOException {
    var waiting = new ArrayList<Socket>();
    while (waits(server, waiting)) {
      assertThat(waiting).as("connections that nobody accepts").hasSizeLessThan(100);
    }
    return waiting;
  }

  private static boolean waits(ServerSocket server, List<Socket> waiting) throws IOException {
    var socket = new Socket();
    waiting.add(socket);
    try {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), 300);
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private static Plans briefly(String url) {
    return Plans.of(get("/"), think(20))
        .target(url)
        .users(2)
        .timeout(Duration.ofSeconds(10))
        .lasting(Duration.ofMillis(100));
  }
}
