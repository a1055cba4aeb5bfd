package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.TlsOptions;
import dev.muster.worker.Plans;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which of the times holds what a server makes one wait for. Machines may add as much as they like, so
 * only lower bounds and what is longer than what are asserted.
 */
class ClocksTest {

  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
  private static final String OK = HEAD + "hi";

  /** A little less than servers wait, as histograms round. */
  private static final long WAITED_MICROS = 59_000;

  private static final long WAIT_MILLIS = 60;

  @TempDir
  private Path folder = Path.of("");

  @Test
  void a_connection_that_is_used_again_is_opened_once_and_each_answer_has_a_first_byte() {
    try (var server = RawServer.answering(OK)) {
      var outcome = Loads.of(briefly(server.url()).users(3), 2).withoutFailure();

      assertThat(outcome.answered()).isGreaterThan(3);
      assertThat(outcome.times().connect().getTotalCount())
          .isEqualTo(server.connections())
          .isEqualTo(3);
      assertThat(outcome.times().firstByte().getTotalCount()).isEqualTo(outcome.answered());
      assertThat(outcome.times().service().getTotalCount()).isEqualTo(outcome.answered());
      assertThat(outcome.times().tls().getTotalCount()).isZero();
    }
  }

  @Test
  void a_connection_for_each_request_is_counted_each_time() {
    try (var server = RawServer.answering(OK)) {
      var outcome = Loads.of(briefly(server.url()).connections(Connections.PER_REQUEST))
          .withoutFailure();

      assertThat(outcome.answered()).isGreaterThan(1);
      assertThat(outcome.times().connect().getTotalCount()).isEqualTo(outcome.answered());
    }
  }

  @Test
  void what_a_server_thinks_about_is_before_the_first_byte() {
    try (var server = new RawServer(guest -> {
      while (guest.request() != null) {
        guest.pause(WAIT_MILLIS);
        guest.say(OK);
      }
    })) {
      var times = Loads.of(briefly(server.url())).withoutFailure().times();

      assertThat(times.firstByte().getMinValue()).isGreaterThanOrEqualTo(WAITED_MICROS);
      assertThat(times.service().getMinValue()).isGreaterThanOrEqualTo(WAITED_MICROS);
    }
  }

  @Test
  void the_rest_of_an_answer_counts_for_the_service_and_not_for_the_first_byte() {
    try (var server = new RawServer(guest -> {
      while (guest.request() != null) {
        guest.say(HEAD);
        guest.pause(WAIT_MILLIS);
        guest.say("h");
        guest.pause(WAIT_MILLIS);
        guest.say("i");
      }
    })) {
      var times = Loads.of(briefly(server.url())).withoutFailure().times();

      assertThat(times.service().getMinValue()).isGreaterThanOrEqualTo(2 * WAITED_MICROS);
      assertThat(times.firstByte().getMinValue()).isLessThan(times.service().getMinValue());
      assertThat(times.firstByte().getMean()).isLessThan(times.service().getMean());
    }
  }

  /** An answer whose end is that of its connection is whole later than its last byte. */
  @Test
  void the_first_byte_of_an_answer_that_ends_with_its_connection_is_told_too() {
    try (var server = new RawServer(guest -> {
      guest.request();
      guest.say("HTTP/1.1 200 OK\r\n\r\nhi");
      guest.pause(WAIT_MILLIS);
    })) {
      var outcome = Loads.of(briefly(server.url())).withoutFailure();

      assertThat(outcome.times().firstByte().getTotalCount()).isEqualTo(outcome.answered());
      assertThat(outcome.times().service().getMinValue()).isGreaterThanOrEqualTo(WAITED_MICROS);
      assertThat(outcome.times().firstByte().getMinValue())
          .isLessThan(outcome.times().service().getMinValue());
    }
  }

  /** Linux tries again, after a second, what it dropped as the queue of the listener was full. */
  @Test
  void a_connect_that_takes_its_time_is_in_the_response_and_not_in_the_service() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var threads = Executors.newScheduledThreadPool(1)) {
      var waiting = FailuresTest.fill(server);
      var served = threads.schedule(() -> answerWhoAsks(server), 200, TimeUnit.MILLISECONDS);
      for (Socket socket : waiting) {
        socket.close();
      }

      var times = Loads.of(once("http://127.0.0.1:" + server.getLocalPort()))
          .withoutFailure()
          .times();

      assertThat(served.get()).isTrue();
      assertThat(times.connect().getMinValue()).isGreaterThan(150_000);
      assertPartsAreInTheResponse(times);
    }
  }

  @Test
  void a_request_that_found_no_server_has_no_service_and_no_connect() throws Exception {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    var outcome = Loads.of(briefly("http://127.0.0.1:" + port));

    outcome.only("refused");
    assertThat(outcome.times().response().getTotalCount()).isEqualTo(outcome.failed());
    assertThat(outcome.times().service().getTotalCount()).isZero();
    assertThat(outcome.times().connect().getTotalCount()).isZero();
    assertThat(outcome.times().firstByte().getTotalCount()).isZero();
  }

  @Test
  void a_request_that_was_not_answered_has_a_service_and_no_first_byte() {
    try (var server = new RawServer(guest -> {
      guest.request();
      guest.pause(WAIT_MILLIS);
    })) {
      var outcome = Loads.of(briefly(server.url()));

      outcome.only("closed_early");
      assertThat(outcome.times().service().getMinValue()).isGreaterThanOrEqualTo(WAITED_MICROS);
      assertThat(outcome.times().firstByte().getTotalCount()).isZero();
      assertThat(outcome.times().connect().getTotalCount()).isEqualTo(outcome.failed());
    }
  }

  @Test
  void a_handshake_is_counted_once_for_each_connection() {
    var certificate = SelfSigned.in(folder);
    try (var server = RawServer.answering(certificate.sockets(), OK)) {
      var outcome = Loads.of(
          briefly("https://localhost:" + server.port())
              .users(3)
              .tls(new TlsOptions(certificate.pem(), false)))
          .withoutFailure();

      assertThat(outcome.answered()).isGreaterThan(3);
      assertThat(outcome.times().connect().getTotalCount()).isEqualTo(3);
      assertThat(outcome.times().tls().getTotalCount()).isEqualTo(server.connections())
          .isEqualTo(3);
      assertThat(outcome.times().firstByte().getTotalCount()).isEqualTo(outcome.answered());
    }
  }

  @Test
  void a_handshake_that_fails_leaves_a_connect_and_no_more() {
    var certificate = SelfSigned.in(folder);
    try (var server = RawServer.answering(certificate.sockets(), OK)) {
      var outcome = Loads.of(briefly("https://localhost:" + server.port()));

      outcome.only("tls");
      assertThat(outcome.times().connect().getTotalCount()).isEqualTo(outcome.failed());
      assertThat(outcome.times().tls().getTotalCount()).isZero();
      assertThat(outcome.times().service().getTotalCount()).isZero();
    }
  }

  @Test
  void a_handshake_that_takes_its_time_is_neither_connect_nor_service() throws Exception {
    var certificate = SelfSigned.in(folder);
    try (var server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        var threads = Executors.newSingleThreadExecutor()) {
      var served = threads.submit(() -> {
        try (Socket plain = server.accept();
            Socket guest = certificate.over(plain, ClocksTest::waitAWhile)) {
          guest.getInputStream().read();
          guest.getOutputStream().write(OK.getBytes(StandardCharsets.US_ASCII));
        }
        return true;
      });

      var times = Loads.of(
          once("https://localhost:" + server.getLocalPort())
              .tls(new TlsOptions(certificate.pem(), false)))
          .withoutFailure()
          .times();

      assertThat(served.get()).isTrue();
      assertThat(times.tls().getTotalCount()).isEqualTo(1);
      assertThat(times.tls().getMinValue()).isGreaterThanOrEqualTo(WAITED_MICROS);
      assertPartsAreInTheResponse(times);
    }
  }

  /** Those of one request follow each other, so together they are no longer than it. */
  private static void assertPartsAreInTheResponse(Loads.Times times) {
    long parts = 0;
    for (Histogram part : List.of(times.connect(), times.tls(), times.service())) {
      assertThat(part.getTotalCount()).isLessThanOrEqualTo(1);
      parts += part.lowestEquivalentValue(part.getMaxValue());
    }
    assertThat(times.response().getTotalCount()).isEqualTo(1);
    // Each is rounded to a whole microsecond.
    assertThat(parts).isLessThanOrEqualTo(times.response().getMaxValue() + 3);
  }

  private static void waitAWhile() {
    try {
      TimeUnit.MILLISECONDS.sleep(WAIT_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Answers the first guest that says something; those of the test say nothing, and are closed by it. */
  private static boolean answerWhoAsks(ServerSocket server) throws IOException {
    while (true) {
      try (Socket guest = server.accept()) {
        if (guest.getInputStream().read() >= 0) {
          guest.getOutputStream()
              .write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          return true;
        }
      }
    }
  }

  private static Plans briefly(String url) {
    return Plans.of(get("/"), think(10)).target(url).lasting(Duration.ofMillis(600));
  }

  private static Plans once(String url) {
    return Plans.of(get("/"), think(60_000)).target(url).lasting(Duration.ofMillis(100));
  }
}
