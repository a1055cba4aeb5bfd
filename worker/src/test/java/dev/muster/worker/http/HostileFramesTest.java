package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.worker.Plans;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Targets whose frames are meant to harm who asked: each ends as one kind of failure, or is counted. */
@Timeout(60)
class HostileFramesTest {

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int PRIORITY = 2;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int PUSH = 5;
  private static final int PING = 6;
  private static final int GO_AWAY = 7;
  private static final int WINDOW = 8;
  private static final int CONTINUATION = 9;

  private static final int LAST = 1;
  private static final int END_HEADERS = 4;

  private static final String BEGIN = frame(SETTINGS, 0, 0, "");

  /** ":status: 200", from the static table. */
  private static final String OK = "\u0088";
  private static final String HEAD = BEGIN + frame(HEADERS, END_HEADERS, 1, OK);

  @Test
  void a_header_block_that_goes_on_in_empty_frames_is_refused() {
    assertEndless(BEGIN + frame(HEADERS, 0, 1, OK), frame(CONTINUATION, 0, 1, ""), "bad_response");
  }

  @Test
  void a_header_block_that_goes_on_in_small_frames_is_refused() {
    assertEndless(BEGIN + frame(HEADERS, 0, 1, OK), frame(CONTINUATION, 0, 1, "\u008f"),
        "bad_response");
  }

  @Test
  void a_header_block_that_goes_on_in_large_frames_is_refused() {
    assertEndless(
        BEGIN + frame(HEADERS, 0, 1, OK), frame(CONTINUATION, 0, 1, "\u008f".repeat(16_384)),
        "bad_response");
  }

  @Test
  void many_headers_in_few_bytes_are_stepped_over() {
    String bomb = OK + "\u008f".repeat(16_383);
    assertAnswered(
        BEGIN + frame(HEADERS, LAST, 1, bomb)
            + frame(CONTINUATION, 0, 1, "\u008f".repeat(16_384)).repeat(14)
            + frame(CONTINUATION, END_HEADERS, 1, ""));
  }

  @Test
  void headers_that_are_too_many_for_who_has_to_read_them_are_no_answer() {
    // A status that is spelt out is for Netty's decoder, and so is all behind it.
    String odd = "\u0000\u0001a\u0001b".repeat(3_000);
    assertOnly(
        BEGIN + frame(HEADERS, 0, 1, "\u0000\u0007:status\u0003200")
            + frame(CONTINUATION, 0, 1, odd).repeat(10) + frame(CONTINUATION, END_HEADERS, 1, ""),
        "bad_response");
  }

  @Test
  void a_table_that_was_forbidden_is_refused() {
    assertOnly(BEGIN + frame(HEADERS, END_HEADERS, 1, "\u00be"), "bad_response");
    assertOnly(BEGIN + frame(HEADERS, END_HEADERS, 1, "?\u00e1\u001f" + OK), "bad_response");
  }

  @Test
  void settings_without_end_are_refused_if_nobody_reads_their_answers() {
    assertEndless(BEGIN, BEGIN.repeat(1_000), "bad_response");
    assertEndsThoughHeard(BEGIN, BEGIN.repeat(1_000));
  }

  @Test
  void pings_without_end_are_refused_if_nobody_reads_their_answers() {
    String pings = frame(PING, 0, 0, "whatever").repeat(1_000);
    assertEndless(BEGIN, pings, "bad_response");
    assertEndsThoughHeard(BEGIN, pings);
  }

  @Test
  void frames_without_a_meaning_and_without_end_time_out() {
    assertEndless(HEAD, frame(DATA, 0, 1, "").repeat(1_000), "timeout");
    assertEndless(BEGIN, frame(HEADERS, END_HEADERS, 1, "\u0008\u0003103").repeat(1_000),
        "timeout");
    assertEndless(BEGIN, frame(PRIORITY, 0, 1, "12345").repeat(1_000), "timeout");
    assertEndless(BEGIN, frame(0xfa, 0, 1, "?".repeat(1_000)).repeat(30), "timeout");
    assertEndless(BEGIN, frame(PING, LAST, 0, "whatever").repeat(1_000), "timeout");
    assertEndless(BEGIN, frame(WINDOW, 0, 1, "\u0000\u0000\u0000\u0001"), "timeout");
  }

  @Test
  void windows_that_are_too_wide_or_nothing_are_refused() {
    String most = "\u007f\u00ff\u00ff\u00ff";
    String none = "\u0000\u0000\u0000\u0000";
    assertOnly(BEGIN + frame(WINDOW, 0, 0, most), "bad_response");
    assertOnly(BEGIN + frame(WINDOW, 0, 0, none), "bad_response");
    assertOnly(BEGIN + frame(WINDOW, 0, 1, most), "bad_response");
    assertOnly(BEGIN + frame(WINDOW, 0, 1, none), "bad_response");
    assertOnly(BEGIN + frame(SETTINGS, 0, 0, "\u0000\u0004\u0080\u0000\u0000\u0000"),
        "bad_response");
  }

  @Test
  void a_body_beyond_its_windows_is_counted() {
    String piece = frame(DATA, 0, 1, "a".repeat(16_384)).repeat(64);
    try (var server = new RawServer(guest -> {
      guest.request();
      guest.say(HEAD);
      for (int i = 0; i < 64; i++) {
        guest.say(piece);
      }
      guest.say(frame(DATA, LAST, 1, ""));
      guest.listen();
    })) {
      var outcome = Loads.of(patiently(server)).withoutFailure();

      assertThat(outcome.bodyBytes()).isEqualTo(outcome.sent() * 64 * (1 << 20));
    }
  }

  @Test
  void a_body_without_end_times_out() {
    assertEndless(HEAD, frame(DATA, 0, 1, "a".repeat(16_384)).repeat(4), "timeout");
  }

  @Test
  void streams_that_nobody_has_opened_are_refused() {
    assertOnly(BEGIN + frame(HEADERS, END_HEADERS, 2, OK), "bad_response");
    assertOnly(BEGIN + frame(HEADERS, END_HEADERS, 99, OK), "bad_response");
    assertOnly(BEGIN + frame(DATA, 0, 4, "a"), "bad_response");
    assertOnly(BEGIN + frame(RESET, 0, 6, "\u0000\u0000\u0000\u0000"), "bad_response");
    assertOnly(BEGIN + frame(WINDOW, 0, 8, "\u0000\u0000\u0000\u0001"), "bad_response");
    assertOnly(BEGIN + frame(PUSH, END_HEADERS, 1, "\u0000\u0000\u0000\u0002" + OK),
        "bad_response");
  }

  @Test
  void farewells_without_end_are_one_farewell() {
    String nobody = frame(GO_AWAY, 0, 0, "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000");
    assertEndless(BEGIN, nobody.repeat(1_000), "refused_stream");
    String all = frame(GO_AWAY, 0, 0, "\u007f\u00ff\u00ff\u00ff\u0000\u0000\u0000\u0000");
    assertEndless(BEGIN, all.repeat(1_000), "timeout");
  }

  @Test
  void resets_without_end_are_one_reset() {
    assertEndless(
        BEGIN, frame(RESET, 0, 1, "\u0000\u0000\u0000\u0008").repeat(1_000), "reset");
  }

  @Test
  void no_streams_at_all_is_less_than_a_request_needs() {
    // The first is on its way before the target says so.
    assertOnly(
        frame(SETTINGS, 0, 0, "\u0000\u0003\u0000\u0000\u0000\u0000")
            + frame(RESET, 0, 1, "\u0000\u0000\u0000\u0007"),
        "refused_stream");
  }

  private static void assertEndless(String begin, String more, String kind) {
    try (var server = new RawServer(guest -> {
      guest.request();
      endlessly(guest, begin, more);
    })) {
      Loads.of(kind.equals("timeout") ? briefly(server) : patiently(server)).only(kind);
    }
  }

  /** As above, from a target that reads what it is told meanwhile, as fast as its machine lets it. */
  private static void assertEndsThoughHeard(String begin, String more) {
    try (var server = new RawServer(guest -> {
      guest.request();
      Thread.startVirtualThread(() -> {
        try {
          guest.listen();
        } catch (IOException e) {
          // The guest has left.
        }
      });
      endlessly(guest, begin, more);
    })) {
      var outcome = Loads.of(briefly(server));

      assertThat(outcome.sent()).isPositive().isEqualTo(outcome.failed());
      assertThat(outcome.failures().keySet()).isSubsetOf("timeout", "bad_response");
    }
  }

  /** Until the guest leaves. */
  private static void endlessly(RawServer.Guest guest, String begin, String more)
      throws IOException {
    guest.say(begin);
    while (true) {
      guest.say(more);
    }
  }

  private static void assertOnly(String frames, String kind) {
    try (var server = saying(frames)) {
      Loads.of(patiently(server)).only(kind);
    }
  }

  private static void assertAnswered(String frames) {
    try (var server = saying(frames)) {
      var _ = Loads.of(patiently(server)).withoutFailure();
    }
  }

  private static RawServer saying(String frames) {
    return new RawServer(guest -> {
      guest.request();
      guest.say(frames);
      guest.listen();
    });
  }

  /** What is refused is refused, however busy the machine is. */
  private static Plans patiently(RawServer server) {
    return briefly(server).timeout(Duration.ofSeconds(20));
  }

  private static Plans briefly(RawServer server) {
    return Plans.of(Plans.get("/"), Plans.think(50))
        .version(Version.HTTP_2)
        .connections(Connections.PER_REQUEST)
        .target(server.url())
        .lasting(Duration.ofMillis(100))
        .timeout(Duration.ofMillis(400));
  }

  /** A frame, each byte as one character. */
  private static String frame(int type, int flags, int stream, String payload) {
    int length = payload.length();
    return characters(length, 3) + (char) type + (char) flags + characters(stream, 4) + payload;
  }

  private static String characters(int number, int count) {
    var text = new StringBuilder();
    for (int place = count - 1; place >= 0; place--) {
      text.append((char) ((number >>> (8 * place)) & 0xff));
    }
    return text.toString();
  }
}
