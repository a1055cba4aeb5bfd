package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.worker.http.AnswerFramer.Progress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a target says, and wherever its bytes are cut, it is read as Netty's decoder reads it. */
class AnswerFramerTest {

  private static final int CASES = 20_000;

  /** What was read; {@code ended}: what it was once the connection had ended. */
  private record Reading(
      Progress progress, Progress ended, int status, long bodyBytes, String body,
      boolean leavesOpen) {

    boolean isWhole() {
      return ended == Progress.WHOLE;
    }
  }

  @Test
  void an_answer_is_read_as_netty_reads_it_wherever_it_is_cut() {
    for (int seed = 0; seed < CASES; seed++) {
      var random = new Random(seed);
      String answer = answer(random);

      Reading ours = read(answer, random);
      Reading netty = readByNetty(answer);

      assertThat(ours).as("seed %d: %s", seed, answer).isEqualTo(netty);
    }
  }

  @Test
  void a_broken_answer_is_never_taken_for_another() {
    for (int seed = 0; seed < CASES; seed++) {
      var random = new Random(seed);
      String answer = broken(answer(random), random);
      // Ours reads over what stands behind a chunk's size, where Netty has a grammar for it.
      if (answer.contains(";")) {
        continue;
      }

      Reading ours = read(answer, random);
      Reading netty = readByNetty(answer);

      // Ours may be stricter, but what it takes for whole, Netty does too, and as the same.
      if (ours.isWhole()) {
        assertThat(netty.isWhole()).as("seed %d: %s", seed, answer).isTrue();
        assertThat(ours.status()).as("seed %d: %s", seed, answer).isEqualTo(netty.status());
        assertThat(ours.bodyBytes()).as("seed %d: %s", seed, answer).isEqualTo(netty.bodyBytes());
        assertThat(ours.body()).as("seed %d: %s", seed, answer).isEqualTo(netty.body());
      }
      if (ours.leavesOpen()) {
        assertThat(netty.leavesOpen()).as("seed %d: %s", seed, answer).isTrue();
      }
    }
  }

  @Test
  void one_answer_after_another_is_read_on_a_connection_that_stays_open() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var framer = new AnswerFramer();
      for (int i = 0; i < 20; i++) {
        String answer = answer(random);
        framer.begin(true);
        Reading ours = read(framer, answer, random);

        assertThat(ours).as("seed %d, answer %d: %s", seed, i, answer)
            .isEqualTo(readByNetty(answer));
      }
      framer.close();
    }
  }

  private static Reading read(String answer, Random random) {
    var framer = new AnswerFramer();
    framer.begin(true);
    Reading reading = read(framer, answer, random);
    framer.close();
    return reading;
  }

  private static Reading read(AnswerFramer framer, String answer, Random random) {
    byte[] bytes = answer.getBytes(StandardCharsets.ISO_8859_1);
    // Pieces lie anywhere in a buffer that is used again, as those of an event loop do.
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 64).order(ByteOrder.LITTLE_ENDIAN);
    Progress progress = Progress.PART;
    int at = 0;
    boolean overrun = false;
    int longest = random.nextBoolean() ? bytes.length : 1 + random.nextInt(20);
    while (at < bytes.length) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(longest));
      if (progress != Progress.PART) {
        // What comes behind an answer in bytes of its own is its connection's matter.
        overrun = true;
        break;
      }
      int place = random.nextInt(64);
      buffer.put(place, bytes, at, length);
      progress = framer.read(buffer, place, place + length);
      at += length;
    }
    Progress ended = progress == Progress.PART && framer.endsWell() ? Progress.WHOLE : progress;
    boolean whole = ended == Progress.WHOLE;
    return new Reading(
        progress, ended, whole ? framer.status() : 0, whole ? framer.bodyBytes() : 0,
        whole ? Objects.requireNonNull(framer.body()).text() : "",
        progress == Progress.WHOLE && framer.leavesOpen() && !overrun);
  }

  private static Reading readByNetty(String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.ISO_8859_1);
    var kept = new KeptBody();
    var netty = new OddAnswer(kept);
    Progress progress = netty.read(ByteBuffer.wrap(bytes), 0, bytes.length);
    Progress ended = progress == Progress.PART && netty.endsWell() ? Progress.WHOLE : progress;
    boolean whole = ended == Progress.WHOLE;
    var reading = new Reading(
        progress, ended, whole ? netty.status() : 0, whole ? netty.bodyBytes() : 0,
        whole ? kept.text() : "", progress == Progress.WHOLE && netty.leavesOpen());
    netty.close();
    return reading;
  }

  private static String answer(Random random) {
    var text = new StringBuilder();
    if (random.nextInt(20) == 0) {
      text.append("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    }
    text.append(pick(random, "HTTP/1.1 ", "HTTP/1.1 ", "HTTP/1.1 ", "HTTP/1.1 ", "HTTP/1.0 "))
        .append(pick(random, "200 OK", "200 OK", "200 ", "404 Not Found", "204 No Content",
            "304 Not Modified", "500 \u00e9t\u00e9", "599 x"))
        .append("\r\n");
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(pick(random, "Server: nginx\r\n", "Date: Wed, 25 Nov 2026 10:00:00 GMT\r\n",
          "X-Empty:\r\n", "Content-Type: application/json\r\n", "x-y-z:  spaced \r\n",
          "Content-Lengthy: 12\r\n", "Connections: many\r\n", "X-Folded: a\r\n b\r\n",
          "X-Latin: \u00ff\u00fe\r\n"));
    }
    text.append(pick(random, "", "", "Connection: close\r\n", "connection: Keep-Alive\r\n",
        "Connection: keep-alive, x\r\n", "CONNECTION:CLOSE\r\n"));
    String body = "wikipedia"
        .repeat(random.nextInt(3) == 0 ? random.nextInt(400) : random.nextInt(4));
    switch (random.nextInt(4)) {
      case 0 -> text.append("\r\n").append(body);
      case 1 -> text.append(pick(random, "Transfer-Encoding: chunked\r\n",
          "transfer-encoding: Chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n"))
          .append("\r\n")
          .append(inChunks(body, random));
      default ->
        text.append(pick(random, "Content-Length: ", "content-length:", "CONTENT-LENGTH:  "))
            .append(body.length())
            .append("\r\n\r\n")
            .append(body);
    }
    return text.append(random.nextInt(10) == 0 ? "HTTP/1.1 200 OK\r\n\r\n" : "").toString();
  }

  private static String inChunks(String body, Random random) {
    var text = new StringBuilder();
    for (int at = 0; at < body.length();) {
      int size = Math.min(body.length() - at, 1 + random.nextInt(200));
      text.append(
          random.nextBoolean() ? Integer.toHexString(size) : "00" + Integer.toString(size, 16))
          .append(pick(random, "", "", ";a=b", ";a=\"b\""))
          .append("\r\n")
          .append(body, at, at + size)
          .append("\r\n");
      at += size;
    }
    return text.append("0\r\n")
        .append(pick(random, "", "", "Checksum: 1\r\n"))
        .append("\r\n")
        .toString();
  }

  private static String broken(String answer, Random random) {
    var text = new StringBuilder(answer);
    for (int i = 1 + random.nextInt(3); i > 0 && !text.isEmpty(); i--) {
      int at = random.nextInt(Math.min(text.length(), 200));
      switch (random.nextInt(4)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, (char) random.nextInt(256));
        case 2 -> text.setCharAt(at, "\r\n \t:;0f\0\u007f".charAt(random.nextInt(10)));
        default -> text.setLength(at);
      }
    }
    return text.toString();
  }

  private static String pick(Random random, String... choices) {
    return List.of(choices).get(random.nextInt(choices.length));
  }
}
