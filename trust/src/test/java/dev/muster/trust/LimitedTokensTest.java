package dev.muster.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.LimitedTokens.NotExpected;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom join tokens admit that admit so many and no more. */
class LimitedTokensTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Holder ZOE = new Holder(Role.OPERATOR, "zoe");

  @TempDir
  private Path folder = Path.of("");

  private final Clock clock = new Clock();
  private final Authority authority = Authority.inMemory(Lives.USUAL, clock);

  @Test
  void so_many_are_admitted_and_no_more() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken token = token(limited, 2);
    assertThat(enrol(limited, token, "a")).isEqualTo(new Holder(Role.WORKER, "a"));
    assertThat(enrol(limited, token, "b")).isEqualTo(new Holder(Role.WORKER, "b"));
    assertIsRefused(limited, token, "c",
        "the join token admits 2, and so many have enrolled with it");
  }

  @Test
  void twenty_who_come_at_once_are_not_more_than_one_after_another() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken token = token(limited, 7);
    assertThat(admittedAtOnce(limited, token, name -> "worker-" + name)).isEqualTo(7);
    assertIsRefused(inFile(), token, "late", "admits 7, and so many have enrolled");
  }

  @Test
  void of_twenty_who_come_at_once_under_one_name_one_is_admitted() throws Exception {
    LimitedTokens limited = inFile();
    assertThat(admittedAtOnce(limited, token(limited, 7), _ -> "worker")).isEqualTo(1);
  }

  /** How many of twenty who are admitted are so at the same instant. */
  private long admittedAtOnce(LimitedTokens limited, JoinToken token, Naming names)
      throws Exception {
    var go = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(20)) {
      var answers = new ArrayList<Future<Boolean>>();
      for (int number = 0; number < 20; number++) {
        String name = names.of(number);
        Callable<Boolean> enrolment = () -> {
          go.await();
          try {
            return enrol(limited, token, name).role() == Role.WORKER;
          } catch (TrustProblem e) {
            return false;
          }
        };
        answers.add(threads.submit(enrolment));
      }
      go.countDown();
      long admitted = 0;
      for (Future<Boolean> each : answers) {
        admitted += each.get() ? 1 : 0;
      }
      return admitted;
    }
  }

  private interface Naming {

    String of(int number);
  }

  @Test
  void a_name_is_admitted_once_and_still_there_is_room_for_others() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken token = token(limited, 2);
    enrol(limited, token, "a");
    assertIsRefused(
        limited, token, "a",
        "the join token admits each name once, and a has enrolled with it before; an operator makes "
            + "another: muster workers token");
    enrol(limited, token, "b");
  }

  @Test
  void a_machine_that_did_not_hear_the_answer_may_ask_again_for_the_same_key() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken token = token(limited, 1);
    PublicKey key = KeyPairs.generate().getPublic();
    Holder first = enrol(limited, token, "a", key);
    assertThat(enrol(inFile(), token, "a", key)).isEqualTo(first);
    assertIsRefused(limited, token, "b", "so many have enrolled");
  }

  @Test
  void uses_are_counted_on_after_a_new_start_whatever_names_are_like() throws Exception {
    List<String> names = List.of("i-0abc", " spaced  out ", "end", "token 1 2 3", "Zoë", "日本", "#");
    LimitedTokens limited = inFile();
    JoinToken open = token(limited, names.size() + 1);
    JoinToken waiting = waitingToken(limited, 10);
    limited.expect(waiting.id(), names);
    for (String name : names) {
      enrol(limited, open, name);
    }
    enrol(limited, waiting, "end");
    LimitedTokens again = inFile();
    for (String name : names) {
      assertIsRefused(again, open, name, "has enrolled with it before");
    }
    enrol(again, open, "the-last");
    assertIsRefused(again, open, "one-more", "so many have enrolled");
    assertIsRefused(again, waiting, "end", "has enrolled with it before");
    enrol(again, waiting, "Zoë");
  }

  @Test
  void a_coordinator_that_knows_nothing_of_one_admits_nobody_and_says_what_to_do()
      throws Exception {
    LimitedTokens limited = inFile();
    JoinToken token = token(limited, 5);
    enrol(limited, token, "a");
    Files.delete(file());
    assertIsRefused(
        inFile(), token, "b",
        "the join token is a limited one, of which this coordinator knows nothing: it is void, or the "
            + "file is lost in which its uses were counted; an operator makes another: muster workers "
            + "token");
  }

  @Test
  void a_void_one_admits_nobody_more_and_still_not_after_a_new_start() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken token = token(limited, 5);
    JoinToken other = token(limited, 5);
    assertThat(limited.makeVoid(token.id())).isTrue();
    assertThat(limited.makeVoid(token.id())).isFalse();
    assertIsRefused(limited, token, "a", "it is void");
    assertIsRefused(inFile(), token, "a", "it is void");
    enrol(limited, other, "a");
  }

  @Test
  void one_that_waits_for_names_admits_those_that_are_expected() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken token = waitingToken(limited, 2);
    assertThatThrownBy(() -> enrol(limited, token, "i-1")).isInstanceOf(NotExpected.class)
        .hasMessage("the join token waits for names, and nobody has said yet to expect i-1");
    limited.expect(token.id(), List.of("i-1", "i-2"));
    limited.expect(token.id(), List.of("i-2", "i-3"));
    enrol(limited, token, "i-1");
    limited.expect(token.id(), List.of("i-1"));
    assertIsRefused(limited, token, "i-1", "has enrolled with it before");
    assertThatThrownBy(() -> enrol(inFile(), token, "i-4")).isInstanceOf(NotExpected.class);
    enrol(inFile(), token, "i-3");
    assertIsRefused(inFile(), token, "i-2", "so many have enrolled");
  }

  @Test
  void names_are_expected_for_tokens_that_wait_for_them_and_live() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken open = token(limited, 2);
    JoinToken waiting = waitingToken(limited, 2);
    assertThatThrownBy(() -> limited.expect(open.id(), List.of("a")))
        .isInstanceOf(TrustProblem.class)
        .hasMessageContaining("waits for no names");
    assertThatThrownBy(() -> limited.expect("nonsense", List.of("a")))
        .isInstanceOf(TrustProblem.class)
        .hasMessageContaining("no limited join token of this id lives");
    assertThatThrownBy(() -> limited.expect(waiting.id(), List.of("a", "b\nc")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> enrol(limited, waiting, "a")).isInstanceOf(NotExpected.class);
  }

  @Test
  void those_that_have_expired_are_forgotten() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken old = token(limited, 2);
    clock.pass(HOUR);
    JoinToken fresh = token(limited, 2);
    assertThat(Files.readString(file())).contains(fresh.id()).doesNotContain(old.id());
    assertIsRefused(limited, old, "a", "the join token expired at 2026-01-31T13:00:00Z");
    assertThatThrownBy(() -> limited.expect(old.id(), List.of()))
        .hasMessageContaining("has expired");
  }

  @Test
  void one_is_void_when_who_made_it_is_revoked() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken token = token(limited, 2);
    Revocations revoked = Revocations.NONE.with(ZOE, clock.instant());
    assertThatThrownBy(() -> enrol(limited, token, "a", revoked)).isInstanceOf(TrustProblem.class)
        .hasMessageContaining("void since operator zoe, who made it, was revoked");
    clock.pass(Duration.ofSeconds(1));
    enrol(limited, token(limited, 2), "a", revoked);
  }

  @Test
  void a_name_or_key_that_is_not_fit_costs_no_use() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken token = token(limited, 1);
    assertThatThrownBy(() -> enrol(limited, token, "a\nb"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
        () -> authority.admit(token.pass(), "a", new byte[5], Revocations.NONE, limited))
        .isInstanceOf(IllegalArgumentException.class);
    enrol(limited, token, "a");
  }

  @Test
  void a_use_that_cannot_be_written_does_not_count_and_admits_nobody() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken token = token(limited, 1);
    Path away = folder.resolve("away");
    Files.move(file().getParent(), away);
    Files.createFile(file().getParent());
    assertThatThrownBy(() -> enrol(limited, token, "a")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> limited.makeVoid(token.id())).isInstanceOf(IOException.class);
    Files.delete(file().getParent());
    Files.move(away, file().getParent());
    enrol(limited, token, "b");
  }

  @Test
  void there_is_a_bound_to_all_of_it() throws Exception {
    LimitedTokens limited = LimitedTokens.inMemory(clock);
    for (int uses : new int[]{-1, 0, 10_001}) {
      assertThatThrownBy(() -> token(limited, uses)).isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a limited join token has 1 to 10000 uses (was " + uses + ")");
    }
    for (Duration valid : List.of(
        Duration.ZERO, HOUR.negated(), Duration.ofMillis(Long.MAX_VALUE),
        Duration.ofHours(24).plusMillis(1))) {
      assertThatThrownBy(() -> authority.limitedToken(ZOE, valid, 1, false, limited))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("24h at most");
    }
    JoinToken waiting = waitingToken(limited, 1);
    limited.expect(waiting.id(), names(10_000));
    assertThatThrownBy(() -> limited.expect(waiting.id(), List.of("one-more")))
        .isInstanceOf(TrustProblem.class)
        .hasMessage("a join token waits for 10000 names at most");
    for (int each = 0; each < 9; each++) {
      token(limited, 10_000);
    }
    assertThatThrownBy(() -> token(limited, 1)).isInstanceOf(TrustProblem.class)
        .hasMessageContaining("100000 uses and expected names in all");
    clock.pass(HOUR);
    for (int each = 0; each < 1_000; each++) {
      token(limited, 1);
    }
    assertThatThrownBy(() -> token(limited, 1)).isInstanceOf(TrustProblem.class)
        .hasMessageContaining("1000 limited join tokens live already");
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(number -> "i-" + number).toList();
  }

  @Test
  void a_file_that_ends_too_early_is_noticed_wherever_it_ends() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken waiting = waitingToken(limited, 3);
    limited.expect(waiting.id(), List.of("i-1", "i-2", "i-3"));
    enrol(limited, waiting, "i-2");
    enrol(limited, token(limited, 2), "b");
    byte[] whole = Files.readAllBytes(file());
    // Without the last end of line nothing is missing.
    for (int length = 0; length < whole.length - 1; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertThatThrownBy(this::inFile).describedAs("%d bytes", length)
          .isInstanceOf(TrustProblem.class)
          .hasMessageContaining("limited join tokens is lost")
          .hasMessageContaining("Remove it; then none of these tokens admits anybody");
    }
  }

  @Test
  void a_file_that_is_none_of_ours_is_told_in_a_sentence() throws Exception {
    Files.createDirectories(file().getParent());
    for (String text : List.of(
        "nonsense\nend\n", "end\nend\n", "token\nend\n",
        "token x y z waits 0 0 operator zoe\nend\n",
        "token x 2026-01-31T12:00:00Z 1 maybe 0 0 operator zoe\nend\n",
        "token x 2026-01-31T12:00:00Z 1 open 0 0 king zoe\nend\n",
        "token x 2026-01-31T12:00:00Z 1 open 0 1 operator zoe\nkey\nend\n",
        "token x 2026-01-31T12:00:00Z 0 open 0 0 operator zoe\nend\n")) {
      Files.writeString(file(), text);
      assertThatThrownBy(this::inFile).describedAs(text)
          .isInstanceOf(TrustProblem.class)
          .hasMessageContaining(file() + ":")
          .hasMessageContaining("cannot be understood");
    }
    Files.write(file(), "\u00ff".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(this::inFile).isInstanceOf(TrustProblem.class)
        .hasMessageContaining("cannot be read");
    Files.delete(file());
    Files.createDirectory(file());
    assertThatThrownBy(this::inFile).isInstanceOf(TrustProblem.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void its_file_is_the_users_alone_and_holds_no_secret() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken token = token(limited, 2);
    enrol(limited, token, "a");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(JoinToken.isWithin(Files.readString(file()))).isFalse();
  }

  @Test
  void other_tokens_are_not_counted() throws Exception {
    LimitedTokens limited = inFile();
    JoinToken token = authority.token(Role.WORKER, HOUR);
    assertThat(token.isLimited()).isFalse();
    for (int each = 0; each < 3; each++) {
      enrol(limited, token, "a");
    }
    assertThat(Files.exists(file())).isFalse();
  }

  private Path file() {
    return folder.resolve("trust/limited");
  }

  /** As a coordinator finds them when it starts. */
  private LimitedTokens inFile() {
    return LimitedTokens.in(file(), clock);
  }

  private JoinToken token(LimitedTokens limited, int uses) throws IOException {
    return authority.limitedToken(ZOE, HOUR, uses, false, limited);
  }

  private JoinToken waitingToken(LimitedTokens limited, int uses) throws IOException {
    return authority.limitedToken(ZOE, HOUR, uses, true, limited);
  }

  private Holder enrol(LimitedTokens limited, JoinToken token, String name)
      throws IOException, NotExpected {
    return enrol(limited, token, name, Revocations.NONE);
  }

  private Holder enrol(LimitedTokens limited, JoinToken token, String name, Revocations revoked)
      throws IOException, NotExpected {
    return authority.admit(
        token.pass(), name, KeyPairs.generate().getPublic().getEncoded(), revoked, limited);
  }

  private Holder enrol(LimitedTokens limited, JoinToken token, String name, PublicKey key)
      throws IOException, NotExpected {
    return authority.admit(token.pass(), name, key.getEncoded(), Revocations.NONE, limited);
  }

  private void assertIsRefused(LimitedTokens limited, JoinToken token, String name, String why) {
    assertThatThrownBy(() -> enrol(limited, token, name)).isInstanceOf(TrustProblem.class)
        .hasMessageContaining(why);
  }
}
