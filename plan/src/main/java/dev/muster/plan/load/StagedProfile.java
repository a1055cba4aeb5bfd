package dev.muster.plan.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Users that follow straight ramps, up and down. On a way up one user starts at once and the others
 * evenly after it; on a way down they stop evenly, the highest number first and the last of them at
 * the ramp's end. So the number of users is the line, rounded up. 0 → 4 in 8 s, then → 2 in 4 s:
 *
 * <pre>
 *  users
 *    4 ┤            ╭────╮
 *    3 ┤        ╭───╯    ╰─╮
 *    2 ┤    ╭───╯          ╰────      user 3 from 6 s to 10 s,
 *    1 ┤╭───╯                         user 2 from 4 s to 12 s
 *    0 ┼┴───┬───┬───┬───┬───┬───►
 *      0    2   4   6   8  10     s
 * </pre>
 */
final class StagedProfile implements UserProfile {

  private record Ramp(long beginNanos, long overNanos, int from, int to) {

    /** How long after the ramp's begin the line has gone {@code users} of its way. */
    long nanosAfter(int users) {
      return overNanos == 0
          ? 0
          : new Rate(Math.abs((long) to - from), overNanos).nanosUntil(users);
    }
  }

  private final int users;
  private final long durationNanos;
  private final List<Ramp> ramps;

  private StagedProfile(int users, long durationNanos, List<Ramp> ramps) {
    this.users = users;
    this.durationNanos = durationNanos;
    this.ramps = ramps;
  }

  static StagedProfile of(int users, List<Load.Stage> stages, long durationNanos) {
    var ramps = new ArrayList<Ramp>();
    long begin = 0;
    int level = 0;
    for (Load.Stage stage : stages) {
      int target = stage.users().of(users, 1);
      long over = stage.over().toNanos();
      ramps.add(new Ramp(begin, over, level, target));
      begin = Math.addExact(begin, over);
      level = target;
    }
    return new StagedProfile(users, durationNanos, List.copyOf(ramps));
  }

  @Override
  public int users() {
    return users;
  }

  @Override
  public @Nullable Rate spawn() {
    return null;
  }

  @Override
  public long durationNanos() {
    return durationNanos;
  }

  @Override
  public List<Life> lives(int user) {
    var lives = new ArrayList<Life>();
    long start = -1;
    for (Ramp ramp : ramps) {
      if (start < 0 && ramp.from() <= user && user < ramp.to()) {
        start = ramp.beginNanos() + ramp.nanosAfter(user - ramp.from());
      } else if (start >= 0 && ramp.to() <= user && user < ramp.from()) {
        add(lives, start, ramp.beginNanos() + ramp.nanosAfter(ramp.from() - user));
        start = -1;
      }
    }
    if (start >= 0) {
      add(lives, start, durationNanos);
    }
    return lives;
  }

  private void add(List<Life> lives, long start, long stop) {
    long end = Math.min(stop, durationNanos);
    if (start < end) {
      lives.add(new Life(start, end));
    }
  }

  @Override
  public int usersAt(long nanos) {
    if (nanos < 0 || nanos >= durationNanos) {
      return 0;
    }
    int level = 0;
    for (Ramp ramp : ramps) {
      if (ramp.beginNanos() > nanos) {
        break;
      }
      level = levelAt(ramp, nanos - ramp.beginNanos());
    }
    return level;
  }

  private static int levelAt(Ramp ramp, long nanos) {
    if (nanos >= ramp.overNanos()) {
      return ramp.to();
    }
    // The most users whose turn has come, found by halving, so that it agrees with lives() to the
    // nanosecond.
    boolean up = ramp.to() > ramp.from();
    int low = 0;
    int high = Math.abs(ramp.to() - ramp.from());
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (ramp.nanosAfter(up ? middle - 1 : middle) <= nanos) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return up ? ramp.from() + low : ramp.from() - low;
  }
}
