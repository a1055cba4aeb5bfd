package dev.muster.trust.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.trust.Authority;
import dev.muster.trust.Clock;
import dev.muster.trust.Credential;
import dev.muster.trust.Holder;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.Lives;
import dev.muster.trust.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials that are replaced while they are in use. */
class RenewalTest {

  private static final long PATIENCE_SECONDS = 30;
  private static final Holder HOLDER = new Holder(Role.WORKER, "a");

  @TempDir
  private Path folder = Path.of("");

  @Test
  void it_is_renewed_again_and_again_and_kept() throws Exception {
    var brief = new Lives(Duration.ofSeconds(1), Duration.ofSeconds(1));
    Authority authority = Authority.inMemory(brief, InstantSource.system());
    var credential = new LiveCredential(authority.credential(HOLDER));
    Credential first = credential.current();
    var renewals = new CountDownLatch(3);
    try (var _ = new Renewal(credential, now -> {
      assertThat(now).isEqualTo(credential.current());
      renewals.countDown();
      return authority.credential(HOLDER);
    }, Optional.of(folder), InstantSource.system())) {
      assertThat(renewals.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(credential.current()).isNotEqualTo(first);
      assertThat(Credential.load(folder).orElseThrow().holder()).contains(HOLDER);
    }
  }

  @Test
  void it_is_due_at_two_thirds_and_not_before() {
    var clock = new Clock();
    Credential credential = Authority.inMemory(Lives.USUAL, clock).credential(HOLDER);
    clock.pass(Duration.ofHours(16).minusSeconds(1));
    assertThat(Renewal.isDue(credential, clock.instant())).isFalse();
    clock.pass(Duration.ofSeconds(1));
    assertThat(Renewal.isDue(credential, clock.instant())).isTrue();
  }

  @Test
  void a_handshake_gets_the_key_that_fits_its_certificate_whatever_is_replaced_meanwhile() {
    Authority authority = Authority.inMemory(Lives.USUAL, InstantSource.system());
    Credential before = authority.credential(HOLDER);
    var credential = new LiveCredential(before);
    var keys = credential.keys();
    String chosen = String.valueOf(keys.chooseEngineClientAlias(new String[]{"EC"}, null, null));
    Credential after = authority.credential(HOLDER);
    credential.replace(after);
    assertThat(keys.getCertificateChain(chosen)).containsExactly(before.certificate());
    assertThat(keys.getPrivateKey(chosen)).isEqualTo(before.key());
    String next = String.valueOf(keys.chooseEngineClientAlias(new String[]{"EC"}, null, null));
    var shown = new ArrayList<>(List.of(keys.getCertificateChain(next)));
    assertThat(shown).containsExactly(after.certificate());
    assertThat(keys.getPrivateKey(next)).isEqualTo(after.key());
  }
}
