package dev.muster.coordinator.merge;

import dev.muster.v1.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot that has passed {@link SnapshotCheck}: whoever has one can store and merge it, and need not
 * look at its bytes for errors again. Immutable.
 */
public final class CheckedSnapshot {

  /** What ended of one series; each histogram has {@code count} requests. */
  record Part(
      SeriesKey key,
      long count,
      long bodyBytes,
      EncodedTimes responseTime,
      EncodedTimes serviceTime,
      EncodedTimes scheduleLag) {}

  private final Snapshot message;
  private final List<Part> parts;

  CheckedSnapshot(Snapshot message, List<Part> parts) {
    this.message = message;
    this.parts = List.copyOf(parts);
  }

  /** The snapshot as it came. */
  public Snapshot message() {
    return message;
  }

  List<Part> parts() {
    return parts;
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
