package dev.muster.plan.load;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Users that start one after another, in steps or all in one, and stay to the end.
 *
 * <p>It does what Locust's step load did: at each step's instant the spawning begins afresh for those
 * who are missing, the first at once and then one each 1/spawn. When a step's time is too short for
 * its users, they go on in the next. 100 users, 10 % each 15 s, 10/s:
 *
 * <pre>
 *  users
 *   30 ┤                      ╭──────
 *   20 ┤           ╭──────────╯
 *   10 ┤╭──────────╯                        user 0 at 0 s, user 9 at 0.9 s,
 *    0 ┼┴──────────┬──────────┬──────►      user 10 at 15 s, user 99 at 135.9 s
 *      0          15         30     s
 * </pre>
 */
final class SpawnProfile implements UserProfile {

  private final long durationNanos;
  private final @Nullable Rate spawn;

  /** The start of each user, ascending, in nanoseconds since the start instant. */
  private final long[] startNanos;

  private SpawnProfile(long[] startNanos, long durationNanos, @Nullable Rate spawn) {
    this.spawn = spawn;
    this.startNanos = startNanos;
    this.durationNanos = durationNanos;
  }

  static SpawnProfile of(int users, Load.Spawn shape, long durationNanos) {
    var starts = new long[users];
    Load.Steps steps = shape.steps();
    int started = 0;
    if (steps != null) {
      long every = steps.every().toNanos();
      for (int step = 0; started < users && step * every < durationNanos; step++) {
        int target = steps.users().of(users, step + 1);
        long begin = step * every;
        long end = target == users ? Long.MAX_VALUE : begin + every;
        started = spawn(starts, started, target, begin, end, shape.spawn());
      }
    }
    // Without steps all are due at once; with them, those left over never start in time.
    long begin = steps == null ? 0 : durationNanos;
    spawn(starts, started, users, begin, Long.MAX_VALUE, shape.spawn());
    return new SpawnProfile(starts, durationNanos, shape.spawn());
  }

  /** Fills in the starts that fall before {@code end} and returns how many users then have one. */
  private static int spawn(
      long[] starts, int from, int to, long begin, long end, @Nullable Rate spawn) {
    for (int user = from; user < to; user++) {
      long start = begin + spacing(spawn, user - from);
      if (start >= end) {
        return user;
      }
      starts[user] = start;
    }
    return to;
  }

  private static long spacing(@Nullable Rate spawn, long index) {
    return spawn == null ? 0 : spawn.nanosUntil(index);
  }

  @Override
  public int users() {
    return startNanos.length;
  }

  @Override
  public @Nullable Rate spawn() {
    return spawn;
  }

  @Override
  public long durationNanos() {
    return durationNanos;
  }

  @Override
  public List<Life> lives(int user) {
    long start = user < startNanos.length ? startNanos[user] : durationNanos;
    return start < durationNanos ? List.of(new Life(start, durationNanos)) : List.of();
  }

  @Override
  public int usersAt(long nanos) {
    if (nanos < 0 || nanos >= durationNanos) {
      return 0;
    }
    int place = Arrays.binarySearch(startNanos, nanos + 1);
    // Users may share an instant: step back to the first that starts after it.
    while (place > 0 && startNanos[place - 1] > nanos) {
      place--;
    }
    return place >= 0 ? place : -place - 1;
  }
}
