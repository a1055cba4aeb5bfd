package dev.muster.plan.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Users whose number somebody has set anew at some instant: until then all is as before, from then on they
 * are so many. Those with the highest numbers go, all at that instant; those who are missing come as
 * quickly as the plan has users come. 3 users, at 4 s scaled to 6, with a spawn of 1/s:
 *
 * <pre>
 *  users
 *    6 ┤        ╭────
 *    5 ┤      ╭─╯
 *    4 ┤    ╭─╯              user 3 at 4 s, user 4 at 5 s, user 5 at 6 s
 *    3 ┤────╯
 *    0 ┼────┬────┬────►
 *      0    4    8    s
 * </pre>
 */
final class ScaledProfile implements UserProfile {

  private final UserProfile before;
  private final long atNanos;
  private final int users;

  /** Who is there, and stays if there is to be so many. */
  private final int there;

  /** Those from {@link #there} on who come in time, spread or not. */
  private final long coming;

  /** @param atNanos since the start instant; from then on there are {@code users} */
  ScaledProfile(UserProfile before, long atNanos, int users) {
    this.before = before;
    this.atNanos = atNanos;
    this.users = users;
    this.there = before.usersAt(atNanos);
    this.coming = comeBefore(before.durationNanos());
  }

  /** Of those who are missing, how many come before an instant. */
  private long comeBefore(long nanos) {
    long missing = Math.max(0, users - there);
    Rate spawn = before.spawn();
    return nanos <= atNanos
        ? 0
        : spawn == null ? missing : Math.min(missing, spawn.countBefore(nanos - atNanos));
  }

  @Override
  public int users() {
    return Math.max(before.users(), users);
  }

  @Override
  public @Nullable Rate spawn() {
    return before.spawn();
  }

  @Override
  public long durationNanos() {
    return before.durationNanos();
  }

  @Override
  public List<Life> lives(int user) {
    var lives = new ArrayList<Life>();
    long start = startOf(user);
    for (Life life : before.lives(user)) {
      if (life.startNanos() < atNanos) {
        if (life.stopNanos() >= atNanos && start == atNanos) {
          // One life, as it goes on without a break.
          start = life.startNanos();
        } else {
          lives.add(new Life(life.startNanos(), Math.min(life.stopNanos(), atNanos)));
        }
      }
    }
    if (start < durationNanos()) {
      lives.add(new Life(start, durationNanos()));
    }
    return lives;
  }

  /** When a user begins to run in the number that was set; {@link Long#MAX_VALUE} if it does not. */
  private long startOf(int user) {
    if (user < Math.min(there, users)) {
      return atNanos;
    }
    long place = (long) user - there;
    if (place < 0 || place >= coming) {
      return Long.MAX_VALUE;
    }
    Rate spawn = before.spawn();
    return spawn == null ? atNanos : atNanos + spawn.nanosUntil(place);
  }

  @Override
  public int usersAt(long nanos) {
    if (nanos < atNanos) {
      return before.usersAt(nanos);
    }
    return nanos >= durationNanos()
        ? 0
        : Math.toIntExact(Math.min(there, users) + comeBefore(nanos + 1));
  }
}
