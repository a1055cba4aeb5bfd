package dev.muster.target.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
  private static final String HOST = "Host: target\r\n";
  private static final String STREAM = "GET /a HTTP/1.1\r\n" + HOST + "\r\n"
      + "POST /b?c=d HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\nConnection: close\r\n\r\nGET /"
      + "\r\n"
      + "PUT /e HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"
      + "3\r\nabc\r\n0B; name=value\r\nHTTP/1.1\r\n\r\r\n0\r\nTrailer: 1\r\n\r\n"
      + "GET http://target:10000/f HTTP/1.1\r\n" + HOST + "X: \u00e4\t1\r\n\r\n"
      + "get /g HTTP/1.0\nconnection: Keep-Alive, x\n\n"
      + "GET http://target HTTP/1.0\r\n\r\n";
  private static final List<String> REQUESTS = List.of("GET /a keep", "POST /b?c=d close",
      "PUT /e keep", "GET /f keep", "get /g keep old", "GET / close old");

  @Test
  void requests_are_the_same_wherever_their_bytes_are_cut() throws RefusedException {
    byte[] stream = STREAM.getBytes(StandardCharsets.ISO_8859_1);
    assertThat(read(stream, stream.length)).isEqualTo(REQUESTS);
    for (int size = 1; size < 100; size++) {
      assertThat(read(stream, size)).as("in parts of %s", size).isEqualTo(REQUESTS);
    }
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      assertThat(read(stream, 1 + random.nextInt(stream.length))).as("seed %s", seed)
          .isEqualTo(REQUESTS);
    }
  }

  private static List<String> read(byte[] stream, int size) throws RefusedException {
    var reader = new RequestReader();
    var requests = new ArrayList<String>();
    for (int from = 0; from < stream.length; from += size) {
      reader.offer(Arrays.copyOfRange(
          stream, from, Math.min(stream.length, from + size)));
      for (var request = reader.next(); request != null; request = reader.next()) {
        requests.add(request.method() + " " + request.target()
            + (request.wantsKeeping() ? " keep" : " close") + (request.isOld() ? " old" : ""));
      }
    }
    assertThat(reader.hasPart()).isFalse();
    return requests;
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "nonsense", "GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "/ HTTP/1.1",
      "G\u00c4T / HTTP/1.1", "GET /a b HTTP/1.1", "GET /\t HTTP/1.1", "GET / http/1.1",
      "GET / HTTP/11", "GET / HTTX/1.1", "GET /\u0000 HTTP/1.1", "(GET) / HTTP/1.1"})
  void a_first_line_against_the_rules_is_a_400(String line) {
    assertRefused(400, line + "\r\n" + HOST + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "Host: again", "No colon", ": no name", "Space : before", " Folded: value", "N\u00e4me: x",
      "X: a\rb", "X: \u0000", "Content-Length: ", "Content-Length: +1", "Content-Length: 1, 1",
      "Content-Length: 0x1", "Content-Length: \u00b2", "Content-Length: 1\r\nContent-Length: 1",
      "Transfer-Encoding: chunked\r\nContent-Length: 1",
      "Content-Length: 1\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"})
  void a_header_against_the_rules_is_a_400(String header) {
    assertRefused(400, "GET / HTTP/1.1\r\n" + HOST + header + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\n", "\r\n", "-1\r\n", "1 \r\na\r\n", "2\r\nabc\r\n", "1\na\r\n",
      "1\r\na\n0\r\n", "0\r\nrubbish\r\n"})
  void a_chunk_against_the_rules_is_a_400(String chunk) {
    assertRefused(
        400, "GET / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + chunk);
  }

  @Test
  void without_a_host_only_an_old_request_is_taken() throws RefusedException {
    assertRefused(400, "GET / HTTP/1.1\r\n\r\n");
    assertThat(whole("GET / HTTP/1.0\r\n\r\n").target()).isEqualTo("/");
    assertRefused(400, "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"505|PRI * HTTP/2.0|", "505|GET / HTTP/3.1|",
      "501|GET / HTTP/1.1|Transfer-Encoding: gzip, chunked", "417|GET / HTTP/1.1|Expect: more",
      "413|POST / HTTP/1.1|Content-Length: 65537",
      "413|POST / HTTP/1.1|Content-Length: 99999999999999999999999"})
  void what_is_not_spoken_here_has_a_status_of_its_own(int status, String line, String header) {
    assertRefused(status, line + "\r\n" + HOST + (header == null ? "" : header) + "\r\n\r\n");
  }

  @Test
  void lengths_are_limited_to_the_byte() throws RefusedException {
    String longest = "/" + "x".repeat(RequestReader.MAX_FIRST_LINE - "GET / HTTP/1.1".length());
    assertThat(whole("GET " + longest + " HTTP/1.1\r\n" + HOST + "\r\n").target())
        .isEqualTo(longest);
    assertRefused(414, "GET " + longest + "xx HTTP/1.1\r\n");
    assertRefused(414, "x".repeat(RequestReader.MAX_FIRST_LINE + 2));

    String header = "X: " + "x".repeat(997) + "\r\n";
    assertThat(whole("GET /a HTTP/1.1\r\n" + HOST + header.repeat(16) + "\r\n").target())
        .isEqualTo("/a");
    assertRefused(431, "GET / HTTP/1.1\r\n" + HOST + header.repeat(17));
    assertRefused(431, "GET / HTTP/1.1\r\n" + "x".repeat(RequestReader.MAX_HEADERS + 2));

    String chunked = "GET /c HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
    String half = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
    assertThat(whole(chunked + half + half + "0\r\n\r\n").target()).isEqualTo("/c");
    assertRefused(413, chunked + half + half + "1\r\n");
    assertRefused(413, chunked + "10001\r\n");
    assertRefused(431, chunked + "0\r\n" + header.repeat(17));
  }

  @Test
  void a_client_that_waits_for_a_word_is_found_out_once() throws RefusedException {
    var reader = new RequestReader();
    String head = "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n";
    offer(reader, head + "Expect: 100-continue\r\n\r\n");
    assertThat(reader.next()).isNull();
    assertThat(reader.mustSayContinue()).isTrue();
    assertThat(reader.mustSayContinue()).isFalse();
    offer(reader, "ab" + head + "\r\n");
    assertThat(reader.next()).isNotNull();
    assertThat(reader.next()).isNull();
    assertThat(reader.mustSayContinue()).isFalse();
  }

  private static RequestHead whole(String request) throws RefusedException {
    var reader = new RequestReader();
    offer(reader, request);
    return Objects.requireNonNull(reader.next());
  }

  private static void assertRefused(int status, String request) {
    assertThatThrownBy(() -> whole(request)).as(request)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.status()).isEqualTo(status));
  }

  private static void offer(RequestReader reader, String text) {
    reader.offer(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
