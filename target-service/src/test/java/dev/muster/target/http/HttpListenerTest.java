package dev.muster.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.target.api.Answer;
import dev.muster.target.api.Api;
import dev.muster.target.api.Counts;
import dev.muster.target.api.Counts.RouteCount;
import dev.muster.target.api.Request;
import dev.muster.target.faults.Faults;
import dev.muster.target.faults.LiveFaults;
import io.netty.util.LeakPresenceDetector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A listener before APIs that wait, fail or never end. */
@Timeout(60)
class HttpListenerTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: target\r\n\r\n";
  private static final Duration LONG = Duration.ofSeconds(50);

  private final Counts counts = new Counts();
  private final LiveFaults faults = new LiveFaults(Faults.NONE);
  private final Semaphore asked = new Semaphore(0);
  private final CountDownLatch found = new CountDownLatch(1);

  @Test
  void while_one_answer_is_waited_for_others_are_given() throws Exception {
    try (var listener = start(this::slow, LONG, true);
        var first = open(listener);
        var second = open(listener)) {
      write(first, "GET /slow HTTP/1.1\r\nHost: target\r\n\r\n");
      asked.acquire();
      write(second, GET);
      assertThat(readOne(second)).contains(" 200 ");
      assertThat(first.getInputStream().available()).isZero();
      found.countDown();
      assertThat(readOne(first)).contains(" 200 ");
    }
    LeakPresenceDetector.check();
  }

  @Test
  void requests_behind_one_that_is_waited_for_keep_their_order() throws Exception {
    try (var listener = start(this::slow, LONG, true); var socket = open(listener)) {
      write(socket, "GET /slow HTTP/1.1\r\nHost: target\r\n\r\n");
      asked.acquire();
      write(socket, GET + "GET /slow HTTP/1.1\r\nHost: target\r\n\r\n");
      socket.shutdownOutput();
      found.countDown();
      var answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answers.lines()
          .filter(line -> line.startsWith("slow") || line.startsWith("fast"))
          .map(line -> line.substring(0, 4))).containsExactly("slow", "fast", "slow");
    }
  }

  @Test
  void a_client_that_resets_while_its_answer_is_found_is_counted_as_one_that_left()
      throws Exception {
    try (var listener = start(this::slow, LONG, true)) {
      try (var socket = open(listener)) {
        write(socket, "GET /slow HTTP/1.1\r\nHost: target\r\n\r\n");
        asked.acquire();
        socket.setSoLinger(true, 0);
      }
      awaitAbandoned();
      found.countDown();
    }
    assertThat(counts.received()).isEqualTo(1);
    assertThat(counts.now()).isEmpty();
    LeakPresenceDetector.check();
  }

  @Test
  void an_answer_that_is_not_found_in_time_is_not_waited_for() throws Exception {
    try (var listener = start(this::slow, Duration.ofMillis(50), true);
        var socket = open(listener)) {
      write(socket, "GET /slow HTTP/1.1\r\nHost: target\r\n\r\n");
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
      found.countDown();
      assertThat(counts.received()).isEqualTo(1);
      awaitAbandoned();
      assertThat(counts.now()).isEmpty();
    }
  }

  @Test
  void closing_does_not_wait_for_an_answer_that_never_comes() throws Exception {
    var listener = start(this::slow, LONG, true);
    try (var socket = open(listener)) {
      write(socket, "GET /slow HTTP/1.1\r\nHost: target\r\n\r\n");
      asked.acquire();
      try (listener) {
        assertThat(socket.isConnected()).isTrue();
      }
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    } finally {
      found.countDown();
    }
    assertThat(faults.now()).containsEntry("abandoned", 1L);
    LeakPresenceDetector.check();
  }

  @Test
  void an_api_that_fails_is_a_500_and_the_next_request_is_answered() throws Exception {
    var broken = new CountDownLatch(1);
    Api once = request -> {
      if (broken.getCount() > 0) {
        broken.countDown();
        throw new IllegalStateException("broken");
      }
      return Answer.text("/", "whole");
    };
    for (boolean waits : new boolean[]{true, false}) {
      try (var listener = start(once, LONG, waits); var socket = open(listener)) {
        write(socket, GET);
        assertThat(readOne(socket)).contains(waits ? " 500 " : " 200 ");
        write(socket, GET);
        assertThat(readOne(socket)).contains(" 200 ");
      }
    }
    assertThat(counts.now())
        .isEqualTo(List.of(new RouteCount("/", 200, 3), new RouteCount(Answer.OTHER, 500, 1)));
  }

  @Test
  void no_buffer_is_forgotten_whatever_clients_do() throws Exception {
    try (var listener = start(_ -> Answer.text("/", "x".repeat(100_000)), LONG, false)) {
      for (String setting : List.of("fail", "close-early", "garbage", "delay", "slow-body")) {
        faults.change(Faults.of(Map.of(setting, setting.equals("delay")
            || setting.equals("slow-body") ? "1ms" : "50%")));
        for (var bytes : List.of(GET, GET.repeat(50), "GET", "nonsense\r\n\r\n", GET + "GET /",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")) {
          for (boolean reset : new boolean[]{true, false}) {
            try (var socket = open(listener)) {
              write(socket, bytes);
              socket.shutdownOutput();
              var _ = socket.getInputStream().read();
              socket.setSoLinger(reset, 0);
            }
          }
        }
      }
    }
    LeakPresenceDetector.check();
    assertThat(counts.now().stream().mapToLong(RouteCount::count).sum()
        + sum("closedEarly") + sum("garbled") + sum("abandoned"))
        .isEqualTo(counts.received())
        .isPositive();
  }

  private Answer slow(Request request) {
    if (!request.path().equals("/slow")) {
      return Answer.text("/", "fast\n");
    }
    asked.release();
    try {
      found.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Answer.text("/slow", "slow\n");
  }

  private long sum(String fault) {
    return faults.now().getOrDefault(fault, -1L);
  }

  private void awaitAbandoned() {
    while (sum("abandoned") < 1) {
      Thread.onSpinWait();
    }
  }

  private HttpListener start(Api api, Duration writeTimeout, boolean waits) {
    return HttpListener.start(new HttpListener.Address("127.0.0.1", 0, 100, "--port"),
        new HttpListener.Manners(true, LONG, writeTimeout), api, counts, faults, waits);
  }

  private static Socket open(HttpListener listener) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), listener.port());
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  // One answer with its body, from a connection that stays open.
  private static String readOne(Socket socket) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) socket.getInputStream().read());
    }
    int length = head.toString()
        .lines()
        .filter(line -> line.startsWith("Content-Length: "))
        .mapToInt(line -> Integer.parseInt(line.substring("Content-Length: ".length())))
        .findFirst()
        .orElseThrow();
    byte[] body = socket.getInputStream().readNBytes(length);
    return head + new String(body, StandardCharsets.US_ASCII);
  }
}
