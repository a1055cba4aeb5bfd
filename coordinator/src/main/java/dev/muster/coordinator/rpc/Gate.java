package dev.muster.coordinator.rpc;

import dev.muster.coordinator.Door;
import dev.muster.trust.Authority;
import dev.muster.trust.ClientJudge;
import dev.muster.trust.ClientJudge.Judgement;
import dev.muster.trust.Credential;
import dev.muster.trust.Holder;
import dev.muster.trust.LimitedTokens;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.Revocations;
import dev.muster.trust.rpc.Renewal;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What a coordinator that asks for certificates knows: its own, whom it believes, and whom no more. */
final class Gate implements AutoCloseable {

  private final Optional<Authority> authority;
  private final ClientJudge judge;
  private final LiveCredential credential;
  private final Optional<Renewal> renewal;
  private final Optional<Path> revoked;
  private final LimitedTokens limited;
  private final InstantSource clock;
  private volatile Revocations revocations;

  private Gate(
      Optional<Authority> authority, Credential first, Optional<Path> folder, InstantSource clock) {
    this.authority = authority;
    this.judge = new ClientJudge(
        first.authorities(), authority.isPresent() ? Authority.BACKDATED : Duration.ZERO);
    this.credential = new LiveCredential(first);
    this.revoked = folder.map(each -> each.resolve("revoked"));
    this.limited = folder.map(each -> LimitedTokens.in(each.resolve("limited"), clock))
        .orElseGet(() -> LimitedTokens.inMemory(clock));
    this.clock = clock;
    this.revocations = revoked.map(Revocations::load).orElse(Revocations.NONE);
    this.renewal = authority.map(
        own -> new Renewal(credential, _ -> own.serverCredential(), Optional.empty(), clock));
  }

  /** The gate behind {@code door}; none, where it is open. */
  static Optional<Gate> behind(Door door, InstantSource clock) {
    return switch (door) {
      case Door.Open() -> Optional.empty();
      case Door.Own(Authority own, Optional<Path> folder) -> Optional.of(
          new Gate(Optional.of(own), own.serverCredential(), folder, clock));
      case Door.Given(Credential given, Optional<Path> folder) -> Optional.of(
          new Gate(Optional.empty(), given, folder, clock));
    };
  }

  /** What the coordinator shows. */
  LiveCredential credential() {
    return credential;
  }

  /** The coordinator's own authority, where it has one. */
  Optional<Authority> authority() {
    return authority;
  }

  Revocations revocations() {
    return revocations;
  }

  /** The limited join tokens of that authority. */
  LimitedTokens limited() {
    return limited;
  }

  /** What a client's certificate is worth now, revocations apart. */
  Judgement judge(List<X509Certificate> chain) {
    return judge.judge(chain, clock.instant());
  }

  /**
   * Believes {@code holder} no more; kept before it counts, so that it still does after a crash.
   *
   * @throws IOException if that cannot be kept
   */
  synchronized void revoke(Holder holder) throws IOException {
    Revocations more = revocations.with(holder, clock.instant());
    if (revoked.isPresent()) {
      more.save(revoked.get());
    }
    revocations = more;
  }

  @Override
  public void close() {
    renewal.ifPresent(Renewal::close);
  }
}
