package dev.muster.plan.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which user runs when, in the closed model. Each user is a lane. */
public sealed interface UserProfile extends LoadProfile
    permits SpawnProfile, StagedProfile, ScaledProfile {

  /** The number of users, who are numbered from 0 to one below it. */
  int users();

  @Override
  default int lanes() {
    return users();
  }

  /**
   * The times in which a user runs, in order, apart from one another. Empty when its start would
   * fall at the end of the load or later.
   *
   * @param user from 0; those from {@code users()} on never run
   */
  List<Life> lives(int user);

  /** The number of users running at an instant, in nanoseconds since the start instant. */
  int usersAt(long nanos);

  /** One user begins each {@code 1/spawn} when more are to run than do; null: all at once. */
  @Nullable
  Rate spawn();
}
