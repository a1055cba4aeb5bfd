package dev.muster.plan.load;

import java.util.Arrays;
import java.util.List;

/**
 * The clock of a load, which stands still in its pauses. Both scales are nanoseconds since the start
 * instant, and equal where there is no pause. Immutable.
 */
public final class LoadClock {

  /** One that never stands still. */
  public static final LoadClock STEADY = of(List.of());

  // By pause, since the start; the last may have no end yet.
  private final long[] begins;
  private final long[] ends;

  private LoadClock(long[] begins, long[] ends) {
    this.begins = begins;
    this.ends = ends;
  }

  static LoadClock of(List<LoadChange> changes) {
    long[] begins = changes.stream()
        .filter(LoadChange.Pause.class::isInstance)
        .mapToLong(LoadChange::atNanos)
        .toArray();
    long[] resumes = changes.stream()
        .filter(LoadChange.Resume.class::isInstance)
        .mapToLong(LoadChange::atNanos)
        .toArray();
    long[] ends = Arrays.copyOf(resumes, begins.length);
    Arrays.fill(ends, resumes.length, ends.length, Long.MAX_VALUE);
    return new LoadClock(begins, ends);
  }

  /** What it shows at an instant since the start. */
  public long loadNanos(long sinceStart) {
    long paused = 0;
    for (int pause = 0; pause < begins.length && begins[pause] < sinceStart; pause++) {
      paused += Math.min(ends[pause], sinceStart) - begins[pause];
    }
    return sinceStart - paused;
  }

  /**
   * When it comes to show {@code loadNanos}, or goes on from there after a pause; {@link Long#MAX_VALUE}
   * while nobody knows.
   */
  public long sinceStart(long loadNanos) {
    long instant = loadNanos;
    for (int pause = 0; pause < begins.length && begins[pause] <= instant; pause++) {
      if (ends[pause] == Long.MAX_VALUE) {
        return Long.MAX_VALUE;
      }
      instant += ends[pause] - begins[pause];
    }
    return instant;
  }
}
