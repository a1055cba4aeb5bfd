package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.worker.http.AnswerFramer.Progress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Answers by chance, out of what is kept in AnswerFuzzInputs. However an answer is cut, it is the same; no
 * bytes make anything else than an answer, a part of one, or none; and where Netty's decoder finds a
 * whole answer without an error, so do we and the same, or we say that it is none.
 */
@Timeout(120)
class AnswerFuzzTest {

  /** For how long fresh answers are made up, each time the tests run. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final int SEEDS = 20_000;

  private static final Mutations ANSWERS = new Mutations(
      "AnswerFuzzInputs",
      List.of(
          "\r\n", "\n", "\r", "\r\n\r\n", ": ", " ", "\t", "0\r\n\r\n", "HTTP/1.1 200 OK\r\n",
          "HTTP/1.0 ", " 204 ",
          " 304 ", " 100 ", " 103 ", "Content-Length: 1\r\n", "Content-Length: ",
          "Transfer-Encoding: chunked\r\n",
          "Transfer-Encoding: ", "Connection: close\r\n", "Connection: keep-alive\r\n", "ffffffff",
          "7fffffff",
          "00000000000000000", ";a=b", ";", "a".repeat(8_192), "X: " + "b".repeat(9_000) + "\r\n",
          "\u0000", "\u00ff"));

  /** What was read, at the end of the connection. */
  private record Reading(
      Progress progress, boolean whole, int status, long bodyBytes, String body,
      boolean leavesOpen) {

    /** Netty's decoder swallows an empty line behind an odd answer, unless it comes by itself. */
    Reading withoutWhatFollows() {
      return new Reading(progress, whole, status, bodyBytes, body, false);
    }
  }

  @Test
  void every_answer_that_is_kept_is_read_the_same_wherever_it_is_cut() {
    for (byte[] answer : ANSWERS.inputs()) {
      assertIsRead(answer, new Random(1), "kept");
      Reading whole = read(answer, new int[0]);
      for (int cut = 1; cut < answer.length; cut++) {
        assertThat(read(answer, new int[]{cut})).as("cut at %d: %s", cut, shown(answer))
            .isEqualTo(whole);
      }
    }
  }

  @Test
  void whatever_becomes_of_them_is_read_the_same_wherever_it_is_cut() {
    Mutations.forSeeds(SEEDS, FRESH_NANOS, AnswerFuzzTest::assertIsRead);
  }

  private static void assertIsRead(long seed) {
    var random = new Random(seed);
    assertIsRead(ANSWERS.mutated(random), random, "seed " + seed);
  }

  private static void assertIsRead(byte[] answer, Random random, String which) {
    try {
      Reading whole = read(answer, new int[0]);
      assertThat(read(answer, Mutations.cuts(answer.length, random)).withoutWhatFollows())
          .isEqualTo(whole.withoutWhatFollows());
      Reading netty = readByNetty(answer);
      if (netty.whole() && whole.progress() != Progress.NONE) {
        assertThat(whole.whole()).isTrue();
        assertThat(whole.status()).isEqualTo(netty.status());
        assertThat(whole.bodyBytes()).isEqualTo(netty.bodyBytes());
        assertThat(whole.body()).isEqualTo(netty.body());
      }
      if (whole.whole() && !hasExtensions(answer)) {
        assertThat(netty.whole()).isTrue();
      }
    } catch (Throwable e) {
      throw new AssertionError(which + ": " + shown(answer), e);
    }
  }

  /** Behind a chunk's size ours reads over what Netty has a grammar for. */
  private static boolean hasExtensions(byte[] answer) {
    return new String(answer, StandardCharsets.ISO_8859_1).indexOf(';') >= 0;
  }

  private static Reading read(byte[] answer, int[] cuts) {
    var framer = new AnswerFramer();
    framer.begin(true);
    var buffer = ByteBuffer.allocate(Math.max(1, answer.length)).order(ByteOrder.LITTLE_ENDIAN);
    Progress progress = Progress.PART;
    int at = 0;
    for (int piece = 0; piece <= cuts.length && progress == Progress.PART; piece++) {
      int end = piece == cuts.length ? answer.length : cuts[piece];
      if (end > at) {
        buffer.put(0, answer, at, end - at);
        progress = framer.read(buffer, 0, end - at);
        at = end;
      }
    }
    boolean whole = progress == Progress.WHOLE
        || (progress == Progress.PART && framer.endsWell());
    var reading = new Reading(
        progress, whole, whole ? framer.status() : 0, whole ? framer.bodyBytes() : 0,
        whole ? Objects.requireNonNull(framer.body()).text() : "",
        progress == Progress.WHOLE && framer.leavesOpen() && at == answer.length);
    framer.close();
    return reading;
  }

  private static Reading readByNetty(byte[] answer) {
    var kept = new KeptBody();
    var netty = new OddAnswer(kept);
    Progress progress = netty.read(ByteBuffer.wrap(answer), 0, answer.length);
    boolean whole = progress == Progress.WHOLE || (progress == Progress.PART && netty.endsWell());
    var reading = new Reading(
        progress, whole, whole ? netty.status() : 0, whole ? netty.bodyBytes() : 0,
        whole ? kept.text() : "", false);
    netty.close();
    return reading;
  }

  private static String shown(byte[] answer) {
    var text = new StringBuilder();
    for (int at = 0; at < Math.min(answer.length, 1_000); at++) {
      text.append(
          answer[at] >= ' ' && answer[at] < 0x7f
              ? String.valueOf((char) answer[at])
              : String.format("\\x%02x", answer[at] & 0xff));
    }
    return text.toString();
  }
}
