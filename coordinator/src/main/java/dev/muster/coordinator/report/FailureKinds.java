package dev.muster.coordinator.report;

import dev.muster.coordinator.merge.MergedTick.FailureKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Under which kinds the failures of a run are counted. A worker names kinds as it likes; the first
 * {@link #MOST} of each request stand for themselves, and what comes after them is counted under {@link
 * #OTHERS}, so that results stay of a size that can be held and read, and no failure is left out. For one
 * thread.
 */
final class FailureKinds {

  /** More than a target and the checks of a plan make. */
  static final int MOST = 100;

  /** The kind of all that have none of their own. */
  static final String OTHERS = "other_kinds";

  /** The verdict asks for it, so nothing may hide it. */
  private static final String NO_SOCKET = "no_socket";

  private record Request(String method, String name) {}

  private final Map<Request, Set<String>> known = new HashMap<>();

  /** Under what failures of {@code key} are counted from now on. */
  FailureKey countedAs(FailureKey key) {
    Set<String> kinds = known.computeIfAbsent(
        new Request(key.method(), key.name()), _ -> new HashSet<>());
    if (kinds.contains(key.kind()) || key.kind().equals(NO_SOCKET)) {
      return key;
    }
    if (kinds.size() < MOST) {
      kinds.add(key.kind());
      return key;
    }
    return new FailureKey(key.method(), key.name(), OTHERS);
  }
}
