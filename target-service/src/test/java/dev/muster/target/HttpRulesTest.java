package dev.muster.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What clients may expect of a server of HTTP/1.1, beyond the plain question. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpRulesTest {
  private static final Pattern ID = Pattern.compile("\"Id\":(\\d+)");

  private final TargetService target = TargetService
      .start(TargetOptions.defaults().withPorts(0, 0).withKeepAlive(true));
  private final Client client = new Client(target.port());

  @AfterAll
  void stop() {
    target.close();
  }

  @Test
  void requests_sent_all_at_once_are_answered_in_their_order() throws IOException {
    int requests = 3_000;
    var all = new StringBuilder();
    var expected = new StringBuilder();
    for (int id = 0; id < requests; id++) {
      all.append(Client.request("GET", "/customer/" + id,
          id == requests - 1 ? "Connection: close\r\n" : ""));
      expected.append(id).append(' ');
    }
    try (var socket = client.open()) {
      Client.write(socket, all.toString());
      var ids = new StringBuilder();
      ID.matcher(Client.readToEnd(socket))
          .results()
          .forEach(
              id -> ids.append(id.group(1)).append(' '));
      assertThat(ids.toString()).isEqualTo(expected.toString());
    }
  }

  @Test
  void what_comes_after_the_last_request_does_not_cost_the_client_its_answer() throws IOException {
    var last = Client.request("GET", "/customer/1", "Connection: close\r\n");
    var reply = client.send(last + Client.request("GET", "/customer/2", "").repeat(200));
    assertThat(reply.body()).contains("\"Id\":1").doesNotContain("\"Id\":2");
  }

  @Test
  void a_client_that_has_ended_its_output_still_gets_its_answers() throws IOException {
    try (var socket = client.open()) {
      Client.write(socket, Client.request("GET", "/customer/1", "")
          + Client.request("GET", "/customer/2", ""));
      socket.shutdownOutput();
      assertThat(Client.readToEnd(socket)).contains("\"Id\":1", "\"Id\":2");
    }
  }

  @Test
  void a_first_line_that_is_too_long_is_a_414() throws IOException {
    assertRefused(414, "GET /" + "x".repeat(10_000) + " HTTP/1.1\r\n");
    // It need not even come to its end.
    assertRefused(414, "x".repeat(1_000_000));
  }

  @Test
  void headers_that_are_too_long_are_a_431() throws IOException {
    assertRefused(431, "GET / HTTP/1.1\r\nHost: target\r\n" + "X: y\r\n".repeat(100_000));
    assertRefused(431, "GET / HTTP/1.1\r\nHost: target\r\nX: " + "y".repeat(1_000_000));
  }

  @Test
  void a_body_that_is_too_large_is_a_413_also_while_it_is_still_sent() throws IOException {
    var body = "x".repeat(1_000_000);
    assertRefused(413, Client.request("POST", "/", "Content-Length: 1000000\r\n") + body);
    assertRefused(413, Client.request("POST", "/", "Transfer-Encoding: chunked\r\n")
        + ("1000\r\n" + "x".repeat(0x1000) + "\r\n").repeat(200));
  }

  @Test
  void a_body_in_chunks_is_read_and_dropped() throws IOException {
    try (var socket = client.open()) {
      Client.write(socket, Client.request("POST", "/customer/1", "Transfer-Encoding: chunked\r\n")
          + "5\r\nabcde\r\n0\r\n\r\n" + Client.request("GET", "/customer/2", ""));
      assertThat(Client.readOne(socket).status()).isEqualTo(405);
      assertThat(Client.readOne(socket).json().get("Id").asInt()).isEqualTo(2);
    }
  }

  @Test
  void a_client_that_asks_before_it_sends_a_body_is_told_to_go_on() throws IOException {
    try (var socket = client.open()) {
      Client.write(socket, Client.request(
          "POST", "/customer/1", "Content-Length: 5\r\nExpect: 100-continue\r\n"));
      var word = new String(socket.getInputStream()
          .readNBytes("HTTP/1.1 100 Continue\r\n\r\n"
              .length()),
          StandardCharsets.US_ASCII);
      assertThat(word).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      Client.write(socket, "abcde");
      assertThat(Client.readOne(socket).status()).isEqualTo(405);
    }
  }

  @Test
  void a_client_that_asks_before_it_sends_too_large_a_body_is_refused() throws IOException {
    assertRefused(413, Client.request(
        "POST", "/", "Content-Length: 5000000\r\nExpect: 100-continue\r\n"));
  }

  @Test
  void an_old_client_is_answered_and_its_connection_closed() throws IOException {
    var reply = client.send("GET /customer/1 HTTP/1.0\r\n\r\n");
    assertThat(reply.head()).contains(" 200 ", "Connection: close");
    assertThat(reply.json().get("Id").asInt()).isEqualTo(1);
  }

  @Test
  void an_old_client_may_ask_to_keep_its_connection() throws IOException {
    try (var socket = client.open()) {
      for (int id = 0; id < 2; id++) {
        Client.write(socket, "GET /customer/" + id + " HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
        var reply = Client.readOne(socket);
        assertThat(reply.head()).contains("Connection: keep-alive");
        assertThat(reply.json().get("Id").asInt()).isEqualTo(id);
      }
    }
  }

  @Test
  void an_answer_tells_when_it_was_made() throws IOException {
    assertThat(client.get("/").head()).containsPattern(
        "\r\nDate: \\w{3}, \\d{1,2} \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r\n");
  }

  @Test
  void a_head_has_no_body() throws IOException {
    try (var socket = client.open()) {
      Client.write(socket, Client.request("HEAD", "/customer/1", "Connection: close\r\n"));
      assertThat(Client.readToEnd(socket)).endsWith("\r\n\r\n");
    }
  }

  private void assertRefused(int status, String bytes) throws IOException {
    var reply = client.send(bytes);
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.head()).contains("Connection: close", "Content-Type: application/json");
    assertThat(reply.json().get("error").asString()).isNotBlank();
  }
}
