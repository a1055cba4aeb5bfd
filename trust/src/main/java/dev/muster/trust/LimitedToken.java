package dev.muster.trust;

import dev.muster.trust.LimitedTokens.NotExpected;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What is remembered of a join token that admits so many and no more: each under another name, and where
 * it waits for names, under one that somebody has said to expect.
 *
 * @param id the token's {@link JoinToken#id}
 * @param maker who asked for it
 * @param uses how many it admits
 * @param expected who may enrol and has not; nobody, where it does not wait for names
 * @param enrolled who has, each with the key that the certificate was given for
 */
record LimitedToken(
    String id, Holder maker, Instant expires, int uses, boolean waitsForNames,
    Set<String> expected, Map<String, Fingerprint> enrolled) {

  /** What those hear whom a token does not admit. */
  static final String MAKE_ANOTHER = "an operator makes another: muster workers token";

  private static final int MOST_USES = 10_000;
  private static final int MOST_NAMES = 10_000;

  /**
   * As it is remembered.
   *
   * @throws IllegalArgumentException with a sentence, if it has no uses or too many
   */
  LimitedToken {
    if (uses < 1 || uses > MOST_USES) {
      throw new IllegalArgumentException(
          "a limited join token has 1 to " + MOST_USES + " uses (was " + uses + ")");
    }
    expected = Collections.unmodifiableSet(new LinkedHashSet<>(expected));
    enrolled = Collections.unmodifiableMap(new LinkedHashMap<>(enrolled));
  }

  /** One that nobody has used. */
  static LimitedToken unused(JoinToken token, Holder maker, int uses, boolean waitsForNames) {
    return new LimitedToken(
        token.id(), maker, token.expires(), uses, waitsForNames, Set.of(), Map.of());
  }

  /**
   * After {@code name} has enrolled. It stays as it is where that has been, for the same key: a machine asks
   * again when the answer did not reach it, and nobody else has use for a certificate of its key.
   *
   * @throws NotExpected if it may enrol when somebody has said to expect it
   * @throws TrustProblem if it may not enrol
   */
  LimitedToken admitting(String name, Fingerprint key) throws NotExpected {
    Fingerprint before = enrolled.get(name);
    if (key.equals(before)) {
      return this;
    }
    if (before != null) {
      throw new TrustProblem(
          "the join token admits each name once, and " + name
              + " has enrolled with it before; " + MAKE_ANOTHER);
    }
    if (enrolled.size() >= uses) {
      throw new TrustProblem(
          "the join token admits " + uses + ", and so many have enrolled with it; "
              + MAKE_ANOTHER);
    }
    var left = new LinkedHashSet<>(expected);
    if (waitsForNames && !left.remove(name)) {
      throw new NotExpected(name);
    }
    var more = new LinkedHashMap<>(enrolled);
    more.put(name, key);
    return new LimitedToken(id, maker, expires, uses, waitsForNames, left, more);
  }

  /**
   * After somebody has said to expect {@code names}. Those that have enrolled may not once more.
   *
   * @throws IllegalArgumentException with a sentence, if one is no name
   * @throws TrustProblem if it waits for no names, or for too many
   */
  LimitedToken expecting(Collection<String> names) {
    if (!waitsForNames) {
      throw new TrustProblem("this join token waits for no names, it admits whoever comes first");
    }
    var more = new LinkedHashSet<>(expected);
    for (String each : names) {
      String name = new Holder(Role.WORKER, each).name();
      if (!enrolled.containsKey(name)) {
        more.add(name);
      }
    }
    if (more.size() + enrolled.size() > MOST_NAMES) {
      throw new TrustProblem("a join token waits for " + MOST_NAMES + " names at most");
    }
    return new LimitedToken(id, maker, expires, uses, waitsForNames, more, enrolled);
  }

  /** How many names have to be remembered of it, as far as is known. */
  int names() {
    return waitsForNames ? expected.size() + enrolled.size() : uses;
  }
}
