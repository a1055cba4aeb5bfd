package dev.muster.trust;

import dev.muster.trust.JoinToken.Claims;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The living join tokens that admit a limited number of times, and who has enrolled with them. A limited
 * token that is not among them admits nobody. What changes is written before it counts, so that it still
 * does after a crash; who calls waits for that. For any thread.
 */
public final class LimitedTokens {

  private static final int MOST = 1_000;

  /** All of it is written with each change. */
  private static final int MOST_NAMES = 100_000;

  private final Optional<Path> file;
  private final InstantSource clock;
  private Map<String, LimitedToken> tokens;

  /** Somebody may enrol with a limited token when an operator has said to expect the name; not yet. */
  public static final class NotExpected extends Exception {

    private static final long serialVersionUID = 1;

    NotExpected(String name) {
      super(
          "the join token waits for names, and nobody has said yet to expect " + name);
    }
  }

  private LimitedTokens(Optional<Path> file, List<LimitedToken> known, InstantSource clock) {
    this.file = file;
    this.clock = clock;
    this.tokens = new LinkedHashMap<>();
    known.forEach(each -> tokens.put(each.id(), each));
  }

  /** None so far; they are forgotten with the process. */
  public static LimitedTokens inMemory(InstantSource clock) {
    return new LimitedTokens(Optional.empty(), List.of(), clock);
  }

  /**
   * Those that are remembered in {@code file}; none, where there is no such file. Nobody else may write it.
   *
   * @throws TrustProblem if it cannot be read whole
   */
  public static LimitedTokens in(Path file, InstantSource clock) {
    return new LimitedTokens(Optional.of(file), LimitedTokenFile.load(file), clock);
  }

  /**
   * Remembers a fresh one.
   *
   * @throws TrustProblem if there are too many
   * @throws IOException if that cannot be written
   */
  synchronized void add(LimitedToken token) throws IOException {
    Map<String, LimitedToken> living = living();
    if (living.size() >= MOST) {
      throw new TrustProblem(
          MOST + " limited join tokens live already; wait until one expires, or make one void");
    }
    keep(token, living);
  }

  /**
   * Counts a use.
   *
   * @param claims of a genuine token
   * @param revocations who made a token may not be among them
   * @throws NotExpected if it may be tried again
   * @throws TrustProblem if it does not admit {@code name}
   * @throws IOException if that cannot be written; it does not count then
   */
  synchronized void use(Claims claims, String name, PublicKey key, Revocations revocations)
      throws IOException, NotExpected {
    LimitedToken known = tokens.get(claims.id());
    if (known == null) {
      throw new TrustProblem(
          "the join token is a limited one, of which this coordinator knows nothing: it is void, or "
              + "the file is lost in which its uses were counted; " + LimitedToken.MAKE_ANOTHER);
    }
    if (revocations.isRevoked(known.maker(), claims.issued())) {
      throw new TrustProblem(
          "the join token is void since " + known.maker() + ", who made it, was revoked; "
              + LimitedToken.MAKE_ANOTHER);
    }
    LimitedToken used = known.admitting(name, Fingerprint.of(key));
    if (!used.equals(known)) {
      keep(used, living());
    }
  }

  /**
   * Lets {@code names} enrol with a token that waits for names, as far as it has uses left. May be repeated.
   *
   * @param id the token's {@link JoinToken#id}
   * @throws IllegalArgumentException with a sentence, if one is no name
   * @throws TrustProblem if there is no such token, it does not wait for names, or there are too many
   * @throws IOException if that cannot be written; none of them may enrol then
   */
  public synchronized void expect(String id, Collection<String> names) throws IOException {
    Map<String, LimitedToken> living = living();
    LimitedToken known = living.get(id);
    if (known == null) {
      throw new TrustProblem(
          "no limited join token of this id lives: it has expired, is void or was never made");
    }
    keep(known.expecting(names), living);
  }

  /**
   * Makes a token void; those who have enrolled with it are not touched. May be repeated.
   *
   * @param id the token's {@link JoinToken#id}
   * @return whether it lived until now
   * @throws IOException if that cannot be written; it is as it was then
   */
  public synchronized boolean makeVoid(String id) throws IOException {
    Map<String, LimitedToken> living = living();
    boolean lived = living.remove(id) != null;
    if (lived) {
      keep(living);
    }
    return lived;
  }

  /** A copy without those that have expired: these admit nobody, whatever is known of them. */
  private Map<String, LimitedToken> living() {
    Instant now = clock.instant();
    var living = new LinkedHashMap<>(tokens);
    living.values().removeIf(each -> !now.isBefore(each.expires()));
    return living;
  }

  private void keep(LimitedToken changed, Map<String, LimitedToken> living) throws IOException {
    living.put(changed.id(), changed);
    if (living.values().stream().mapToInt(LimitedToken::names).sum() > MOST_NAMES) {
      throw new TrustProblem(
          "limited join tokens have " + MOST_NAMES
              + " uses and expected names in all, and these would be more; wait until one expires, or "
              + "make one void");
    }
    keep(living);
  }

  private void keep(Map<String, LimitedToken> next) throws IOException {
    if (file.isPresent()) {
      LimitedTokenFile.save(next.values(), file.get());
    }
    tokens = next;
  }
}
