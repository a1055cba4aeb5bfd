package dev.muster.coordinator.report;

import dev.muster.coordinator.merge.MergedTick.FailureKey;
import java.util.Comparator;

/**
 * How often requests failed in one way, and when.
 *
 * @param count at least 1
 * @param firstTick the tick of the first of them
 * @param lastTick the tick of the last of them
 */
public record Failures(long count, long firstTick, long lastTick) {

  static final Comparator<FailureKey> BY_NAME = Comparator.comparing(FailureKey::name)
      .thenComparing(FailureKey::method)
      .thenComparing(FailureKey::kind);

  /** Both. */
  Failures plus(Failures other) {
    return new Failures(
        count + other.count,
        Math.min(firstTick, other.firstTick),
        Math.max(lastTick, other.lastTick));
  }

  /** What people say for a {@linkplain FailureKey#kind kind of failure}. */
  static String words(String kind) {
    if (kind.startsWith("status_")) {
      return "HTTP " + kind.substring("status_".length());
    }
    return switch (kind) {
      case "refused" -> "Connection refused";
      case "reset" -> "Connection reset";
      case "closed_early" -> "Connection closed before the whole answer";
      case "timeout" -> "Timed out waiting for the answer";
      case "connect_timeout" -> "Timed out connecting";
      case "unreachable" -> "No route to the target";
      case "dns" -> "Host name not found";
      case "not_allowed" -> "Address not allowed by the worker";
      case "tls" -> "TLS handshake failed";
      case "bad_response" -> "Answer is not valid HTTP";
      case "http_version" -> "Target does not speak the plan's version of HTTP";
      case "refused_stream" -> "Request refused before it was begun";
      case "no_socket" -> "No free local port or file descriptor";
      case "other" -> "Other failure";
      case FailureKinds.OTHERS -> "Failures of further kinds";
      default -> kind;
    };
  }
}
