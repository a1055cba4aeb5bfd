package dev.muster.worker.engine;

import dev.muster.plan.load.LaneRandom;
import dev.muster.plan.load.Life;
import dev.muster.plan.load.UserProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Users that stay, or come again, as the profile says; each is a lane and has its own slot. */
final class ClosedPopulation implements Population {

  private record Start(int slot, int lane, Life life) {}

  private final Script script;
  private final long seed;
  private final long startNanos;
  private final @Nullable VirtualUser[] users;
  private final List<Start> starts;
  private final long[] startsAt;
  private final long[] stopsAt;
  private int started;
  private boolean stopped;

  ClosedPopulation(Script script, UserProfile profile, long seed, int[] lanes, long startNanos) {
    this.script = script;
    this.seed = seed;
    this.startNanos = startNanos;
    this.users = new VirtualUser[lanes.length];
    var lives = new ArrayList<Start>();
    for (int slot = 0; slot < lanes.length; slot++) {
      for (Life life : profile.lives(lanes[slot])) {
        lives.add(new Start(slot, lanes[slot], life));
      }
    }
    lives.sort(Comparator.comparingLong(start -> start.life().startNanos()));
    this.starts = lives;
    this.startsAt = lives.stream().mapToLong(start -> start.life().startNanos()).toArray();
    this.stopsAt = lives.stream().mapToLong(start -> start.life().stopNanos()).sorted().toArray();
  }

  @Override
  public long nextNanos() {
    return stopped || started == startsAt.length
        ? Long.MAX_VALUE
        : startNanos + startsAt[started];
  }

  @Override
  public @Nullable VirtualUser come() {
    Start start = starts.get(started++);
    VirtualUser user = users[start.slot()];
    if (user == null) {
      user = new VirtualUser(
          start.lane(), start.slot(), script.scenarioOf(start.lane()),
          new LaneRandom(seed, start.lane()));
      users[start.slot()] = user;
    }
    user.receive(start.life());
    if (user.state() != VirtualUser.State.RESTING) {
      // The last request of its life before is not answered yet.
      return null;
    }
    user.live(startNanos);
    return user;
  }

  /** Else users who never wait would keep the others from coming. */
  @Override
  public boolean comesAllAtOnce() {
    return true;
  }

  @Override
  public boolean rests(VirtualUser user) {
    if (user.hasLifeToCome()) {
      user.live(startNanos);
      return true;
    }
    return false;
  }

  @Override
  public int runningAt(long nanos) {
    long instant = nanos - startNanos;
    return stopped ? 0 : upTo(startsAt, instant) - upTo(stopsAt, instant);
  }

  /** How many of the ascending instants are not after {@code instant}. */
  private static int upTo(long[] instants, long instant) {
    int place = Arrays.binarySearch(instants, instant);
    if (place < 0) {
      return -place - 1;
    }
    while (place < instants.length && instants[place] == instant) {
      place++;
    }
    return place;
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public void forEach(Consumer<VirtualUser> action) {
    for (VirtualUser user : users) {
      if (user != null) {
        action.accept(user);
      }
    }
  }
}
