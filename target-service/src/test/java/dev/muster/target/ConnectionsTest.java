package dev.muster.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where a test waits for a cut, it waits for the end of the stream; no time is measured. */
@Timeout(60)
class ConnectionsTest {
  private static final String GET = Client.request("GET", "/customer/1", "");
  private static final TargetOptions ANY_PORT = TargetOptions.defaults().withPorts(0, 0);
  private static final TargetOptions HASTY = ANY_PORT.withTimeouts(Duration.ofMillis(200),
      Duration.ofMillis(200));

  @Test
  void each_answer_ends_its_connection() throws IOException {
    try (var target = TargetService.start(ANY_PORT)) {
      var reply = new Client(target.port()).send(GET);
      assertThat(reply.head()).contains("Connection: close");
      assertThat(reply.json().get("Id").asInt()).isEqualTo(1);
    }
  }

  @Test
  void an_ordinary_client_is_served_though_it_would_keep_its_connections() throws Exception {
    try (var target = TargetService.start(ANY_PORT); var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + target.port() + "/customerdata/1");
      for (int i = 0; i < 100; i++) {
        var response = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void a_connection_is_kept_when_asked_for_and_closed_when_the_client_says_so() throws IOException {
    try (var target = TargetService.start(ANY_PORT.withKeepAlive(true));
        var socket = new Client(target.port()).open()) {
      for (int i = 0; i < 3; i++) {
        Client.write(socket, GET);
        assertThat(Client.readOne(socket).head()).contains(" 200 ")
            .doesNotContain("Connection: close");
      }
      Client.write(socket, Client.request("HEAD", "/customer/1", ""));
      assertThat(Client.readOne(socket).head()).contains(" 405 ");
      Client.write(socket, Client.request("GET", "/customer/1", "Connection: close\r\n"));
      assertThat(Client.readToEnd(socket)).contains("Connection: close", "\"Id\":1");
    }
  }

  @Test
  void a_kept_connection_outlives_a_pause_longer_than_the_read_timeout() throws IOException {
    try (var target = TargetService.start(HASTY.withKeepAlive(true));
        var kept = new Client(target.port()).open();
        var silent = new Client(target.port()).open()) {
      Client.write(kept, GET);
      assertThat(Client.readOne(kept).status()).isEqualTo(200);
      // The silent one is cut after the read timeout, so that much has gone by for both.
      assertThat(Client.readToEnd(silent)).isEmpty();
      Client.write(kept, GET);
      assertThat(Client.readOne(kept).status()).isEqualTo(200);
    }
  }

  @Test
  void a_client_that_sends_no_whole_request_is_cut_unanswered_and_uncounted() throws IOException {
    try (var target = TargetService.start(HASTY)) {
      for (var part : new String[]{"", "GET /cust", GET.substring(0, GET.length() - 2)}) {
        try (var socket = new Client(target.port()).open()) {
          Client.write(socket, part);
          assertThat(Client.readToEnd(socket)).isEmpty();
        }
      }
      assertThat(new Client(target.adminPort()).get("/counts").body())
          .startsWith("{\"received\":0,\"answered\":0,");
    }
  }

  @Test
  void a_client_that_ends_its_output_within_a_request_is_closed_unanswered() throws IOException {
    try (var target = TargetService.start(ANY_PORT)) {
      for (var part : new String[]{"GET /cust", GET.substring(0, GET.length() - 2),
          Client.request("POST", "/", "Content-Length: 3\r\n") + "ab",
          Client.request("POST", "/", "Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n"}) {
        try (var socket = new Client(target.port()).open()) {
          Client.write(socket, part);
          socket.shutdownOutput();
          assertThat(Client.readToEnd(socket)).as(part).isEmpty();
        }
      }
      assertThat(new Client(target.adminPort()).get("/counts").body())
          .startsWith("{\"received\":0,\"answered\":0,");
    }
  }

  @Test
  void a_client_that_sends_a_byte_now_and_then_is_cut_too() throws IOException {
    try (var target = TargetService.start(HASTY);
        var socket = new Client(target.port()).open()) {
      socket.setSoTimeout(20);
      Client.write(socket, "GET /customer/1 HTTP/1.1\r\nHost: target\r\nX-Long: ");
      assertThatThrownBy(() -> {
        while (!endOfStreamWithin(socket)) {
          Client.write(socket, "x");
        }
        throw new IOException("cut");
      }).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_client_that_never_reads_is_cut() throws IOException {
    try (var target = TargetService.start(HASTY.withKeepAlive(true)); var socket = new Socket()) {
      socket.setReceiveBufferSize(4_096);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()));
      assertThatThrownBy(() -> {
        while (true) {
          Client.write(socket, GET);
        }
      }).isInstanceOf(IOException.class);
    }
  }

  @Test
  void two_thousand_clients_may_connect_before_any_of_them_asks() throws IOException {
    try (var target = TargetService.start(ANY_PORT)) {
      var client = new Client(target.port());
      var sockets = new ArrayList<Socket>();
      try {
        for (int i = 0; i < 2_000; i++) {
          sockets.add(client.open());
        }
        for (var socket : sockets) {
          Client.write(socket, GET);
        }
        for (var socket : sockets) {
          assertThat(Client.readToEnd(socket)).endsWith("}");
        }
      } finally {
        for (var socket : sockets) {
          socket.close();
        }
      }
    }
  }

  private static boolean endOfStreamWithin(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }
}
