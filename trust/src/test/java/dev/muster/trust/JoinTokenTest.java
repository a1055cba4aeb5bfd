package dev.muster.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tokens as text. */
class JoinTokenTest {

  private final Clock clock = new Clock();
  private final Authority authority = Authority.inMemory(Lives.USUAL, clock);
  private final JoinToken token = authority.token(Role.VIEWER, Duration.ofHours(1));

  @Test
  void what_is_read_is_what_was_written() {
    JoinToken read = JoinToken.parse("  " + token.text() + "\n");
    assertThat(read).isEqualTo(token).hasSameHashCodeAs(token);
    assertThat(read.role()).isEqualTo(Role.VIEWER);
    assertThat(read.expires()).isEqualTo(clock.instant().plus(Duration.ofHours(1)));
    assertThat(read.authority()).isEqualTo(Fingerprint.of(authority.certificate()));
    assertThat(read.pass()).isEqualTo(token.pass());
  }

  @Test
  void one_that_is_not_whole_is_refused_and_not_told() {
    String text = token.text();
    long seed = 20_260_131;
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int at = JoinToken.PREFIX.length()
          + random.nextInt(text.length() - JoinToken.PREFIX.length());
      String cut = text.substring(0, at);
      String changed = text.substring(0, at) + (text.charAt(at) == 'A' ? 'B' : 'A')
          + text.substring(at + 1);
      for (String each : new String[]{cut, changed, text + "A", text + "==", text + text}) {
        if (!each.equals(text) && !isSameBytes(each, text)) {
          assertThatThrownBy(() -> JoinToken.parse(each))
              .describedAs("seed %d round %d: %s", seed, round, each)
              .isInstanceOf(TrustProblem.class)
              .hasMessageContaining("cut short")
              .hasNoCause()
              .hasMessageNotContaining(text.substring(20, 40));
        }
      }
    }
  }

  // The last character of Base64 has bits that count for nothing.
  private static boolean isSameBytes(String one, String other) {
    return one.length() == other.length()
        && one.substring(0, one.length() - 1).equals(other.substring(0, other.length() - 1));
  }

  @Test
  void what_is_no_token_at_all_is_said_to_be_none() {
    assertThatThrownBy(() -> JoinToken.parse("hunter2")).isInstanceOf(TrustProblem.class)
        .hasMessageContaining("muster coordinator token")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void a_limited_one_says_so_and_all_others_are_what_they_were_before_there_were_any()
      throws IOException {
    JoinToken limited = JoinToken.parse(
        authority.limitedToken(
            new Holder(Role.OPERATOR, "zoe"), Duration.ofMinutes(15), 1, false,
            LimitedTokens.inMemory(clock))
            .text());
    assertThat(limited.isLimited()).isTrue();
    assertThat(limited.role()).isEqualTo(Role.WORKER);
    assertThat(limited)
        .hasToString("a limited join token for a worker, until 2026-01-31T12:15:00Z");
    assertThat(limited.pass()[0]).isEqualTo((byte) 0x81);
    assertThat(token.isLimited()).isFalse();
    assertThat(token.pass()[0]).isEqualTo((byte) 3);
    assertThat(token.id()).isNotEqualTo(limited.id()).matches("[0-9a-f]{32}");
  }

  @Test
  void it_does_not_tell_its_secret_by_accident() {
    assertThat(token.toString()).isEqualTo("a join token for a viewer, until 2026-01-31T13:00:00Z");
  }

  @Test
  void it_is_found_among_other_words() {
    assertThat(JoinToken.isWithin("--token-file=" + token.text())).isTrue();
    assertThat(JoinToken.isWithin("muster1-plan.yaml")).isFalse();
  }
}
