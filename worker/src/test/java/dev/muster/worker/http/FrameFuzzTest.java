package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.worker.Plans;
import io.netty.handler.codec.http2.Http2Exception;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Frames by chance, out of what is kept in FrameFuzzInputs. However they are cut, they are the same; and
 * whatever they are, they are read or refused, and each request over them ends.
 */
@Timeout(120)
class FrameFuzzTest {

  /** For how long fresh frames are made up, each time the tests run. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final int SEEDS = 20_000;

  private static final Mutations FRAMES = new Mutations(
      "FrameFuzzInputs",
      List.of(
          "\0\0\0\4\0\0\0\0\0", "\0\0\0\4\1\0\0\0\0", "\0\0\1\1\5\0\0\0\1\u0088",
          "\0\0\0\0\1\0\0\0\1",
          "\0\0\0\11\0\0\0\0\1", "\0\0\0\11\4\0\0\0\1", "\0\0\4\3\0\0\0\0\1\0\0\0\7",
          "\0\0\4\10\0\0\0\0\0\177\377\377\377",
          "\0\0\10\7\0\0\0\0\0\0\0\0\0\0\0\0\0", "\0\0\10\6\0\0\0\0\0whatever", "\0@\1\0\0\0\0\0\1",
          "\u0088", "\u0082",
          "\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\7", "\0\1a\1b", "\134\3123", " ", "?\u00e1\37"));

  @Test
  void all_frames_that_are_kept_are_read_the_same_wherever_they_are_cut() {
    for (byte[] frames : FRAMES.inputs()) {
      List<String> whole = read(frames, new int[0]);
      for (int cut = 1; cut < frames.length; cut++) {
        assertThat(read(frames, new int[]{cut})).as("cut at %d: %s", cut, shown(frames))
            .isEqualTo(whole);
      }
    }
  }

  @Test
  void whatever_becomes_of_them_is_read_the_same_wherever_it_is_cut() {
    Mutations.forSeeds(SEEDS, FRESH_NANOS, FrameFuzzTest::assertIsRead);
  }

  private static void assertIsRead(long seed) {
    var random = new Random(seed);
    byte[] frames = FRAMES.mutated(random);
    try {
      int[] cuts = Mutations.cuts(frames.length, random);
      assertThat(read(frames, cuts)).isEqualTo(read(frames, new int[0]));
    } catch (Throwable e) {
      throw new AssertionError("seed " + seed + ": " + shown(frames), e);
    }
  }

  /** What was heard, and with what error it ended, if with any. */
  private static List<String> read(byte[] frames, int[] cuts) {
    var heard = new HeardFrames();
    var reader = new FrameReader(heard);
    var buffer = ByteBuffer.allocate(Math.max(1, frames.length)).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    try {
      for (int piece = 0; piece <= cuts.length; piece++) {
        int end = piece == cuts.length ? frames.length : cuts[piece];
        buffer.put(0, frames, at, end - at);
        reader.read(buffer, 0, end - at);
        at = end;
      }
    } catch (Http2Exception e) {
      heard.events.add("refused: " + e.error());
    }
    heard.events.add(heard.content.toString());
    return heard.events;
  }

  /** The server ends each connection by itself, so that no request has a reason to time out. */
  @ParameterizedTest
  @EnumSource(names = {"PER_REQUEST", "SHARED"})
  void whatever_comes_over_a_connection_each_request_over_it_ends(Connections connections) {
    var seeds = new AtomicLong();
    try (var server = new RawServer(guest -> {
      if (guest.request() != null) {
        byte[] frames = FRAMES.mutated(new Random(seeds.getAndIncrement()));
        guest.say(new String(frames, StandardCharsets.ISO_8859_1));
      }
    })) {
      var outcome = Loads.of(
          Plans.of(Plans.get("/"))
              .users(8)
              .version(Version.HTTP_2)
              .connections(connections)
              .target(server.url())
              .lasting(Duration.ofSeconds(2))
              .timeout(Duration.ofSeconds(20)));

      assertThat(outcome.inFlight()).isZero();
      assertThat(outcome.failures()).doesNotContainKeys("timeout", "connect_timeout", "other");
      assertThat(outcome.failures()).containsKeys("bad_response");
    }
  }

  private static String shown(byte[] frames) {
    return HexFormat.of().formatHex(frames, 0, Math.min(frames.length, 1_000));
  }
}
