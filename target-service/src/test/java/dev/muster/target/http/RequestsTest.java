package dev.muster.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.target.api.Answer;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Netty's decoder with our limits, and our rules after it. */
class RequestsTest {
  private static final String HOST = "Host: target\r\n";
  private static final String STREAM = "GET /a HTTP/1.1\r\n" + HOST + "\r\n"
      + "POST /b?c=d HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\nConnection: close\r\n\r\nGET /"
      + "\r\n"
      + "PUT /e HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"
      + "3\r\nabc\r\n0B; name=value\r\nHTTP/1.1\r\n\r\r\n0\r\nTrailer: 1\r\n\r\n"
      + "GET http://target:10000/f HTTP/1.1\r\n" + HOST + "X: \u00e4\t1\r\n\r\n"
      + "get /g HTTP/1.0\r\nconnection: Keep-Alive, x\r\n\r\n"
      + "GET http://target HTTP/1.0\r\n\r\n";
  private static final List<String> REQUESTS = List.of("GET /a keep", "POST /b?c=d close",
      "PUT /e keep", "GET /f keep", "get /g keep", "GET / close");

  @Test
  void requests_are_the_same_wherever_their_bytes_are_cut() {
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

  @Test
  void a_request_has_begun_from_its_first_byte_to_its_last() {
    String request = "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\nab";
    var decoder = new RequestDecoder();
    var channel = new EmbeddedChannel(decoder);
    assertThat(decoder.hasPart()).isFalse();
    for (int at = 0; at < request.length(); at++) {
      channel.writeInbound(
          Unpooled.copiedBuffer(request.substring(at, at + 1), StandardCharsets.ISO_8859_1));
      assertThat(decoder.hasPart()).as("after byte %s", at).isEqualTo(at < request.length() - 1);
    }
    channel.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "nonsense", "GET /", "GET / HTTP/1.1 x", "/ HTTP/1.1",
      "G\u00c4T / HTTP/1.1", "GET /a b HTTP/1.1", "GET / HTTP/1.1 ",

      "GET / HTTP/11", "GET / HTTX/1.1", "(GET) / HTTP/1.1", "GET / HTTP/1.1\n"})
  void a_first_line_against_the_rules_is_a_400(String line) {
    assertRefused(400, line + "\r\n" + HOST + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "Host: again", "No colon", ": no name", "Space : before", "N\u00e4me: x",
      "X: a\rb", "X: \u0000", "Content-Length: ", "Content-Length: +1", "Content-Length: 1, 1",
      "Content-Length: 0x1", "Content-Length: \u00b2", "Content-Length: 1\r\nContent-Length: 1",
      "Content-Length: 99999999999999999999999", "Content-Length: -5", "X: y\nZ: z",
      "Transfer-Encoding: chunked\r\nContent-Length: 1",
      "Content-Length: 1\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"})
  void a_header_against_the_rules_is_a_400(String header) {
    assertRefused(400, "GET / HTTP/1.1\r\n" + HOST + header + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\n", "\r\n", "-1\r\n", "1 \r\na\r\n", "2\r\nabc\r\n", "1\na\r\n",
      "1\r\na\n0\r\n", "0\r\nrubbish\r\n\r\n"})
  void a_chunk_against_the_rules_is_a_400(String chunk) {
    assertRefused(
        400, "GET / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + chunk);
  }

  @Test
  void without_a_host_only_an_old_request_is_taken() {
    assertRefused(400, "GET / HTTP/1.1\r\n\r\n");
    assertTaken("GET / HTTP/1.0\r\n\r\n");
    assertRefused(400, "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"505|PRI * HTTP/2.0|", "505|GET / HTTP/3.1|",
      "501|GET / HTTP/1.1|Transfer-Encoding: gzip, chunked",
      "501|GET / HTTP/1.1|Transfer-Encoding: gzip", "417|GET / HTTP/1.1|Expect: more",
      "413|POST / HTTP/1.1|Content-Length: 65537"})
  void what_is_not_spoken_here_has_a_status_of_its_own(int status, String line, String header) {
    assertRefused(
        status, line + "\r\n" + HOST + (header == null ? "" : header + "\r\n") + "\r\n");
  }

  @Test
  void lengths_are_limited() {
    String first = "GET /" + "x".repeat(RequestDecoder.MAX_FIRST_LINE - "GET / HTTP/1.1".length());
    assertTaken(first + " HTTP/1.1\r\n" + HOST + "\r\n");
    assertRefused(414, first + "xx HTTP/1.1\r\n");
    assertRefused(414, "x".repeat(RequestDecoder.MAX_FIRST_LINE + 2));

    String header = "X: " + "x".repeat(995) + "\r\n";
    assertTaken("GET /a HTTP/1.1\r\n" + HOST + header.repeat(16) + "\r\n");
    assertRefused(431, "GET / HTTP/1.1\r\n" + HOST + header.repeat(17));
    assertRefused(431, "GET / HTTP/1.1\r\n" + "x".repeat(RequestDecoder.MAX_HEADERS + 2));

    String chunked = "GET /c HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
    String half = "8000\r\n" + "x".repeat(RequestRules.MAX_BODY / 2) + "\r\n";
    assertTaken(chunked + half + half + "0\r\n\r\n");
    assertRefused(413, chunked + half + half + "1\r\nx");
    assertRefused(431, chunked + "0\r\n" + header.repeat(17));
  }

  private static void assertTaken(String request) {
    byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
    assertThat(read(bytes, bytes.length)).as(request).hasSize(1);
  }

  private static void assertRefused(int status, String request) {
    byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
    assertThat(read(bytes, bytes.length)).as(request).containsExactly("" + status);
  }

  // The requests, or the status that the first of them is refused with.
  private static List<String> read(byte[] stream, int size) {
    var decoder = new RequestDecoder();
    var channel = new EmbeddedChannel(decoder);
    for (int from = 0; from < stream.length; from += size) {
      channel.writeInbound(Unpooled.copiedBuffer(
          Arrays.copyOfRange(stream, from, Math.min(stream.length, from + size))));
    }
    var rules = new RequestRules();
    var requests = new ArrayList<String>();
    var request = "";
    @Nullable
    Answer refusal = null;
    while (refusal == null && channel.readInbound() instanceof HttpObject part) {
      if (part instanceof HttpRequest head) {
        var question = RequestRules.question(head);
        request = question.method() + " " + question.path()
            + (question.query().isEmpty() ? "" : "?" + question.query())
            + (HttpUtil.isKeepAlive(head) ? " keep" : " close");
      }
      refusal = rules.refusal(part);
      if (refusal != null) {
        requests.add("" + refusal.status());
      } else if (part instanceof LastHttpContent) {
        requests.add(request);
      }
      ReferenceCountUtil.release(part);
    }
    assertThat(refusal != null || !decoder.hasPart()).isTrue();
    channel.finishAndReleaseAll();
    return requests;
  }
}
