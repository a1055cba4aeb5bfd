package dev.muster.coordinator.merge;

import dev.muster.v1.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot that has passed {@link SnapshotCheck}: whoever has one can store and merge it, and need not
 * look at its bytes for errors again. Immutable.
 */
public final class CheckedSnapshot {

  /**
   * What ended of one series; each histogram has {@code count} requests, save that of service times, which
   * has none of those that failed before they were written.
   */
  record Part(
      SeriesKey key,
      long count,
      long bodyBytes,
      EncodedTimes responseTime,
      EncodedTimes serviceTime,
      EncodedTimes scheduleLag) {}

  /** The parts of requests, as {@link PhaseTimes} has them. */
  record Phases(EncodedTimes connectTime, EncodedTimes tlsTime, EncodedTimes timeToFirstByte) {}

  private final Snapshot message;
  private final List<Part> parts;
  private final Phases phases;

  CheckedSnapshot(Snapshot message, List<Part> parts, Phases phases) {
    this.message = message;
    this.parts = List.copyOf(parts);
    this.phases = phases;
  }

  /** The snapshot as it came. */
  public Snapshot message() {
    return message;
  }

  List<Part> parts() {
    return parts;
  }

  Phases phases() {
    return phases;
  }

  /** Equal messages are checked alike. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CheckedSnapshot checked && message.equals(checked.message);
  }

  @Override
  public int hashCode() {
    return message.hashCode();
  }

  @Override
  public String toString() {
    return message.toString();
  }
}
