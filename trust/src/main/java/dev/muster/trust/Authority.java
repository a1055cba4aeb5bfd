package dev.muster.trust;

import dev.muster.trust.JoinToken.Claims;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * A coordinator's own authority: it says who is who. It makes join tokens, gives certificates to those
 * who bring one, and gives the next to those who have one. For any thread.
 */
public final class Authority {

  /** What every coordinator is called in its certificate, wherever it is reached. */
  public static final String SERVER_NAME = "coordinator.muster.internal";

  /** By how much certificates begin before they are made, as clocks differ. */
  public static final Duration BACKDATED = Duration.ofMinutes(5);

  /** A token that is asked for over the wire is for machines that start now. */
  private static final Duration LONGEST_LIMITED = Duration.ofHours(24);

  private static final String FILE = "authority.pem";

  private final PrivateKey key;
  private final X509Certificate certificate;
  private final TokenMint mint;
  private final Lives lives;
  private final InstantSource clock;

  private Authority(
      PrivateKey key, X509Certificate certificate, Lives lives, InstantSource clock) {
    this.key = key;
    this.certificate = certificate;
    this.mint = new TokenMint(mintKey(key));
    this.lives = lives;
    this.clock = clock;
  }

  // Derived, so that there is one secret to guard and a token never outlives its authority.
  private static SecretKey mintKey(PrivateKey key) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveKey(
              "HmacSHA256",
              HKDFParameterSpec.ofExtract()
                  .addIKM(key.getEncoded())
                  .thenExpand("muster join tokens".getBytes(StandardCharsets.UTF_8), 32));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A new authority that is written nowhere, and ends with the process. */
  public static Authority inMemory(Lives lives, InstantSource clock) {
    KeyPair keys = KeyPairs.generate();
    return new Authority(
        keys.getPrivate(), CertificateWriter.authority(keys, clock.instant()), lives, clock);
  }

  /**
   * The authority that lives in {@code folder}; a new one where there is none.
   *
   * @throws IOException if it cannot be written
   * @throws TrustProblem if it cannot be read
   */
  public static Authority in(Path folder, Lives lives, InstantSource clock) throws IOException {
    Optional<Authority> known = existing(folder, lives, clock);
    if (known.isPresent()) {
      return known.get();
    }
    Authority fresh = inMemory(lives, clock);
    try {
      PrivateFiles.writeFirst(
          folder.resolve(FILE), Pem.of(fresh.key) + Pem.of(List.of(fresh.certificate)));
      return fresh;
    } catch (FileAlreadyExistsException e) {
      return existing(folder, lives, clock).orElseThrow(() -> e); // Somebody was first.
    }
  }

  /**
   * The authority that lives in {@code folder}, if there is one.
   *
   * @throws TrustProblem if it cannot be read
   */
  public static Optional<Authority> existing(Path folder, Lives lives, InstantSource clock) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      String text = Files.readString(file);
      return Optional.of(
          new Authority(
              Pem.key(text, file.toString()), Pem.certificates(text, file.toString()).getFirst(),
              lives, clock));
    } catch (IOException e) {
      throw new TrustProblem(
          "The coordinator's authority in " + file + " cannot be read: " + e.getMessage()
              + ".\n  It is for the user who started the coordinator only.",
          e);
    }
  }

  /** What everybody who trusts this authority knows of it. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** A token that admits to {@code role}, for as long as {@code valid}. */
  public JoinToken token(Role role, Duration valid) {
    return token(role, false, valid);
  }

  private JoinToken token(Role role, boolean limited, Duration valid) {
    return JoinToken.of(
        mint.pass(role, limited, clock.instant(), valid), Fingerprint.of(certificate));
  }

  /**
   * A token that admits {@code uses} workers, each under another name. It admits none any more when {@code
   * maker} is revoked.
   *
   * @param valid up to 24 hours
   * @param uses up to 10,000
   * @param waitsForNames whether it admits only whom somebody says to {@link LimitedTokens#expect}
   * @param limited where it is remembered
   * @throws IllegalArgumentException with a sentence, if {@code valid} or {@code uses} are not fit
   * @throws TrustProblem if too many are remembered
   * @throws IOException if it cannot be remembered
   */
  public JoinToken limitedToken(
      Holder maker, Duration valid, int uses, boolean waitsForNames, LimitedTokens limited)
      throws IOException {
    if (!valid.isPositive() || valid.compareTo(LONGEST_LIMITED) > 0) {
      throw new IllegalArgumentException(
          "a limited join token is good for more than nothing and "
              + LONGEST_LIMITED.toHours() + "h at most");
    }
    JoinToken token = token(Role.WORKER, true, valid);
    limited.add(LimitedToken.unused(token, maker, uses, waitsForNames));
    return token;
  }

  /**
   * Whom the bearer of a pass is to be taken for from now on. With a limited token that counts as a use.
   *
   * @param name what the bearer wants to be called
   * @param key the bearer's public key, as {@link KeyPairs#read} has it
   * @param limited what is remembered of limited tokens
   * @throws TrustProblem with a sentence for its bearer, if it admits to nothing
   * @throws LimitedTokens.NotExpected if it may admit the bearer later
   * @throws IllegalArgumentException with a sentence, if name or key are not fit
   * @throws IOException if the use cannot be remembered; the bearer is not admitted then
   */
  public Holder admit(
      byte[] pass, String name, byte[] key, Revocations revocations, LimitedTokens limited)
      throws LimitedTokens.NotExpected, IOException {
    Claims claims = believed(pass, revocations);
    var holder = new Holder(claims.role(), name);
    PublicKey publicKey = KeyPairs.read(key);
    // Last, so that no use is lost to somebody who gets nothing for it.
    if (claims.limited()) {
      limited.use(claims, name, publicKey, revocations);
    }
    return holder;
  }

  private Claims believed(byte[] pass, Revocations revocations) {
    Claims claims = mint.read(pass)
        .orElseThrow(
            () -> new TrustProblem(
                "this coordinator did not make the join token; take one that it prints: muster coordinator token"));
    if (!clock.instant().isBefore(claims.expires())) {
      throw new TrustProblem(
          "the join token expired at " + claims.expires()
              + "; print a fresh one on the coordinator's machine: muster coordinator token --role "
              + claims.role().word());
    }
    if (revocations.isVoid(claims.role(), claims.issued())) {
      throw new TrustProblem(
          "the join token is void since a " + claims.role().word()
              + " was revoked; print a fresh one on the coordinator's machine: "
              + "muster coordinator token --role " + claims.role().word());
    }
    return claims;
  }

  /** The certificate that {@code holder} shows for {@code key}, and behind it the authority's. */
  public List<X509Certificate> issue(Holder holder, PublicKey key) {
    return List.of(
        CertificateWriter.client(
            holder, key, certificate, this.key, clock.instant(), lives.of(holder.role())),
        certificate);
  }

  /** A credential for somebody who is in this very process, or on this machine and of this user. */
  public Credential credential(Holder holder) {
    KeyPair keys = KeyPairs.generate();
    return new Credential(
        keys.getPrivate(), List.of(issue(holder, keys.getPublic()).getFirst()),
        List.of(certificate), true);
  }

  /** What the coordinator itself shows. The authority goes along, for those who know its fingerprint only. */
  public Credential serverCredential() {
    KeyPair keys = KeyPairs.generate();
    Instant now = clock.instant();
    return new Credential(
        keys.getPrivate(),
        List.of(
            CertificateWriter.server(
                SERVER_NAME, keys.getPublic(), certificate, key, now, lives.process()),
            certificate),
        List.of(certificate), true);
  }
}
