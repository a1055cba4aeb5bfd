package dev.muster.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.ClientJudge.Judgement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets a certificate, and what it is worth. */
class AuthorityTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Lives LIVES = new Lives(Duration.ofHours(24), Duration.ofDays(30));

  @TempDir
  private Path folder = Path.of("");

  private final Clock clock = new Clock();
  private final Authority authority = Authority.inMemory(LIVES, clock);
  private final LimitedTokens limited = LimitedTokens.inMemory(clock);

  @Test
  void its_token_admits_to_its_role_until_it_expires() {
    byte[] pass = authority.token(Role.OPERATOR, HOUR).pass();
    clock.pass(HOUR.minusMillis(1));
    assertThat(admitted(pass, Revocations.NONE)).isEqualTo(Role.OPERATOR);
    clock.pass(Duration.ofMillis(1));
    assertThatThrownBy(() -> admitted(pass, Revocations.NONE))
        .isInstanceOf(TrustProblem.class)
        .hasMessage(
            "the join token expired at 2026-01-31T13:00:00Z; print a fresh one on the coordinator's "
                + "machine: muster coordinator token --role operator");
  }

  @Test
  void a_token_of_another_authority_admits_to_nothing() {
    byte[] pass = Authority.inMemory(LIVES, clock).token(Role.WORKER, HOUR).pass();
    assertThatThrownBy(() -> admitted(pass, Revocations.NONE))
        .hasMessageContaining("did not make the join token");
  }

  @Test
  void no_bit_of_a_token_can_be_changed() throws IOException {
    assertNoBitCanBeChanged(authority.token(Role.WORKER, HOUR).pass());
    // Nor that which says that it is limited.
    assertNoBitCanBeChanged(
        authority.limitedToken(new Holder(Role.OPERATOR, "zoe"), HOUR, 10_000, false, limited)
            .pass());
    assertThatThrownBy(() -> admitted(new byte[0], Revocations.NONE))
        .isInstanceOf(TrustProblem.class);
    assertThatThrownBy(() -> admitted(new byte[100_000], Revocations.NONE))
        .isInstanceOf(TrustProblem.class);
  }

  private void assertNoBitCanBeChanged(byte[] pass) {
    for (int bit = 0; bit < 8 * pass.length; bit++) {
      byte[] changed = pass.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> admitted(changed, Revocations.NONE))
          .describedAs("bit %d", bit)
          .hasMessageContaining("did not make the join token");
    }
  }

  @Test
  void tokens_made_before_a_revocation_are_void_for_the_same_role() {
    byte[] worker = authority.token(Role.WORKER, HOUR).pass();
    byte[] viewer = authority.token(Role.VIEWER, HOUR).pass();
    Revocations revoked = Revocations.NONE.with(new Holder(Role.WORKER, "a"), clock.instant());
    assertThatThrownBy(() -> admitted(worker, revoked)).hasMessageContaining("void");
    assertThat(admitted(viewer, revoked)).isEqualTo(Role.VIEWER);
    clock.pass(Duration.ofMillis(1));
    assertThat(admitted(authority.token(Role.WORKER, HOUR).pass(), revoked))
        .isEqualTo(Role.WORKER);
  }

  @Test
  void a_certificate_names_its_holder_whatever_that_is_called() {
    for (String name : List.of(
        "local-1", "Zoë", "a, b", "x=y+z", "\"quoted\"", "#1", "a\\b", " spaced ", "a/b",
        "O=evil,OU=operator",
        "CN=evil;OU=operator", "日本")) {
      var holder = new Holder(Role.WORKER, name);
      Judgement judgement = judge(authority.issue(holder, key()));
      assertThat(judgement).isInstanceOfSatisfying(
          Judgement.Known.class, known -> assertThat(known.holder()).isEqualTo(holder));
    }
  }

  @Test
  void names_that_would_confuse_a_reader_are_refused() {
    for (String name : List.of("", " ", "a\nb", "a\u0000", "\u202Eevil", "a\u2028b",
        "x".repeat(101))) {
      assertThatThrownBy(() -> new Holder(Role.WORKER, name))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_certificate_counts_until_it_expires() {
    List<X509Certificate> chain = authority.issue(new Holder(Role.WORKER, "a"), key());
    clock.pass(Duration.ofHours(24));
    assertThat(judge(chain)).isInstanceOf(Judgement.Known.class);
    clock.pass(Duration.ofSeconds(1));
    assertThat(judge(chain)).isEqualTo(
        new Judgement.Refused(
            "your certificate expired at 2026-02-01T12:00:00Z; join again with a fresh token: muster "
                + "coordinator token"));
  }

  @Test
  void a_certificate_of_another_authority_counts_nothing() {
    var other = Authority.inMemory(LIVES, clock);
    var holder = new Holder(Role.OPERATOR, "mallory");
    assertIsRefused(other.issue(holder, key()), "not of this coordinator's authority");
    // Nor when our authority's certificate is put behind it, or stands alone.
    assertIsRefused(
        List.of(other.issue(holder, key()).getFirst(), authority.certificate()),
        "not of this coordinator's authority");
    assertIsRefused(List.of(authority.certificate()), "not of this coordinator's authority");
  }

  @Test
  void a_holder_cannot_give_certificates() {
    KeyPair mallory = KeyPairs.generate();
    X509Certificate own = authority.issue(new Holder(Role.WORKER, "mallory"), mallory.getPublic())
        .getFirst();
    X509Certificate forged = CertificateWriter.client(
        new Holder(Role.OPERATOR, "mallory"), key(), own, mallory.getPrivate(), clock.instant(),
        HOUR);
    assertIsRefused(List.of(forged, own), "not of this coordinator's authority");
  }

  @Test
  void the_coordinators_own_certificate_is_nobodys_pass() {
    assertIsRefused(authority.serverCredential().chain(), "no role");
  }

  @Test
  void a_holder_is_revoked_until_given_another_certificate() {
    var holder = new Holder(Role.WORKER, "a");
    Judgement before = judge(authority.issue(holder, key()));
    Revocations revoked = Revocations.NONE.with(holder, clock.instant());
    clock.pass(Duration.ofSeconds(1));
    Judgement after = judge(authority.issue(holder, key()));
    assertThat(isRevoked(before, revoked)).isTrue();
    assertThat(isRevoked(after, revoked)).isFalse();
    assertThat(
        isRevoked(judge(authority.issue(new Holder(Role.WORKER, "b"), key())), revoked)).isFalse();
  }

  private static boolean isRevoked(Judgement judgement, Revocations revocations) {
    return judgement instanceof Judgement.Known(Holder holder, var issued)
        && revocations.isRevoked(holder, issued);
  }

  @Test
  void revocations_are_read_as_they_were_written() throws IOException {
    Path file = folder.resolve("trust/revoked");
    assertThat(Revocations.load(file)).isEqualTo(Revocations.NONE);
    Revocations some = Revocations.NONE.with(new Holder(Role.WORKER, "a b  c"), clock.instant())
        .with(new Holder(Role.VIEWER, "Zoë"), clock.instant());
    some.save(file);
    assertThat(Revocations.load(file)).isEqualTo(some);
    Files.writeString(file, "2026-01-31T12:00:00Z worker a\nworker b\n");
    assertThatThrownBy(() -> Revocations.load(file)).isInstanceOf(TrustProblem.class)
        .hasMessageContaining("revoked:2: expected a time");
  }

  @Test
  void it_is_the_same_after_a_new_start_and_only_its_user_reads_it() throws IOException {
    Path home = folder.resolve("data/trust");
    Authority first = Authority.in(home, LIVES, clock);
    Authority again = Authority.in(home, LIVES, clock);
    assertThat(again.certificate()).isEqualTo(first.certificate());
    assertThat(admitted(again, first.token(Role.WORKER, HOUR).pass(), Revocations.NONE))
        .isEqualTo(Role.WORKER);
    assertArePrivate(home);
  }

  @Test
  void a_credential_is_read_as_it_was_written_and_only_its_user_reads_it() throws IOException {
    Path home = folder.resolve("credential");
    assertThat(Credential.load(home)).isEmpty();
    Credential credential = authority.credential(new Holder(Role.VIEWER, "zoe"));
    Files.createDirectory(home);
    credential.save(home);
    assertThat(Credential.load(home)).contains(credential);
    assertThat(credential.toString()).doesNotContain("PRIVATE").contains("zoe");
    assertArePrivate(home);
    Credential.forget(home);
    assertThat(Credential.load(home)).isEmpty();
  }

  @Test
  void a_key_beside_the_certificate_of_another_is_noticed() throws IOException {
    Credential one = authority.credential(new Holder(Role.WORKER, "a"));
    Credential other = authority.credential(new Holder(Role.WORKER, "a"));
    Path key = Files.writeString(folder.resolve("key.pem"), Pem.of(other.key()));
    Path certificate = Files.writeString(folder.resolve("certificate.pem"), Pem.of(one.chain()));
    Path ca = Files.writeString(
        folder.resolve("ca.pem"), Pem.of(List.of(authority.certificate())));
    assertThatThrownBy(() -> Credential.given(certificate, key, ca))
        .isInstanceOf(TrustProblem.class)
        .hasMessageEndingWith("certificate.pem: the key is not that of the certificate.");
    Files.writeString(key, Pem.of(one.key()).replace("PRIVATE", "EC PRIVATE"));
    assertThatThrownBy(() -> Credential.given(certificate, key, ca))
        .hasMessageContaining("openssl pkcs8 -topk8");
    Files.writeString(key, Pem.of(one.key()));
    assertThat(Credential.given(certificate, key, ca).holder())
        .contains(new Holder(Role.WORKER, "a"));
  }

  @Test
  void two_thirds_of_a_life_are_lived_before_it_is_renewed() {
    Credential credential = authority.serverCredential();
    assertThat(credential.renewAt()).isEqualTo(clock.instant().plus(Duration.ofHours(16)));
    assertThat(credential.expires()).isEqualTo(clock.instant().plus(Duration.ofHours(24)));
  }

  @Test
  void a_public_key_beside_the_curve_is_refused() {
    byte[] encoded = key().getEncoded();
    assertThat(KeyPairs.read(encoded).getEncoded()).isEqualTo(encoded);
    encoded[encoded.length - 1] ^= 1;
    assertThatThrownBy(() -> KeyPairs.read(encoded)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KeyPairs.read(new byte[]{1, 2}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KeyPairs.read(new byte[1_000_000]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Role admitted(byte[] pass, Revocations revocations) {
    return admitted(authority, pass, revocations);
  }

  private Role admitted(Authority by, byte[] pass, Revocations revocations) {
    try {
      return by.admit(pass, "a", key().getEncoded(), revocations, limited).role();
    } catch (IOException | LimitedTokens.NotExpected e) {
      throw new AssertionError(e);
    }
  }

  private Judgement judge(List<X509Certificate> chain) {
    return new ClientJudge(List.of(authority.certificate()), Authority.BACKDATED).judge(chain,
        clock.instant());
  }

  private void assertIsRefused(List<X509Certificate> chain, String why) {
    assertThat(judge(chain)).isInstanceOfSatisfying(
        Judgement.Refused.class, refused -> assertThat(refused.why()).contains(why));
  }

  private static java.security.PublicKey key() {
    return KeyPairs.generate().getPublic();
  }

  private static void assertArePrivate(Path home) throws IOException {
    try (Stream<Path> walk = Files.walk(home)) {
      assertThat(walk.toList()).hasSizeGreaterThan(1)
          .allSatisfy(
              path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                  .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
    }
  }
}
