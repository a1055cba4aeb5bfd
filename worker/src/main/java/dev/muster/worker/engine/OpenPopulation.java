package dev.muster.worker.engine;

import dev.muster.plan.load.ArrivalProfile;
import dev.muster.plan.load.ArrivalTimes;
import dev.muster.plan.load.ChangingTimes;
import dev.muster.plan.load.LaneRandom;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadProfile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Users that arrive, do one iteration and are gone. Who comes takes the place of one who is gone; so
 * there are as many objects as users were ever there at once, and an arrival makes none. One that finds
 * every place taken is dropped and counted.
 */
final class OpenPopulation implements Population {

  private final Script script;
  private final long seed;
  private final long startNanos;
  private final long endNanos;
  private final ArrivalProfile profile;
  private final Recorder recorder;
  private ArrivalTimes times;

  /** The same as {@link #times} once lanes have come or gone; before, these are quicker without it. */
  private @Nullable ChangingTimes changing;

  /** Lanes that have not gone. */
  private final BitSet here = new BitSet();

  private int places;

  /** By slot. */
  private final List<VirtualUser> users = new ArrayList<>();

  /** Those who are gone; the one gone last is the likeliest to be in the processor's cache. */
  private final ArrayDeque<VirtualUser> gone = new ArrayDeque<>();

  /** Those who have nothing to do any more, and are there to the end of the load. */
  private int staying;

  private long nextNanos;

  /** The latest that one who has come was due; after a pause that was heard of late, that is yet to come. */
  private long cameNanos;

  private boolean stopped;

  OpenPopulation(
      Script script,
      ArrivalProfile profile,
      long seed,
      int[] lanes,
      long startNanos,
      Recorder recorder) {
    this.script = script;
    this.seed = seed;
    this.startNanos = startNanos;
    this.endNanos = startNanos + profile.durationNanos();
    this.profile = profile;
    this.times = profile.times(seed, lanes);
    this.places = profile.places(lanes);
    this.recorder = recorder;
    for (int lane : lanes) {
      here.set(lane);
    }
    findNext();
  }

  private void findNext() {
    nextNanos = stopped || times.nanos() == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : startNanos + times.nanos();
  }

  @Override
  public long nextNanos() {
    return nextNanos;
  }

  @Override
  public @Nullable VirtualUser come() {
    VirtualUser user = gone.pollLast();
    if (user == null && users.size() < places) {
      user = new VirtualUser(
          times.number(), users.size(), script.scenarioOf(times.number()),
          new LaneRandom(seed, times.lane()));
      users.add(user);
    }
    if (user == null) {
      recorder.dropped();
    } else {
      user.random().restart(seed, times.lane(), times.index());
      user.arrive(times.number(), script.scenarioOf(times.number()), nextNanos, endNanos);
    }
    cameNanos = Math.max(cameNanos, times.nanos());
    times.next();
    findNext();
    return user;
  }

  @Override
  public boolean comesAllAtOnce() {
    return false;
  }

  @Override
  public boolean rests(VirtualUser user, boolean toTheEnd) {
    if (toTheEnd) {
      staying++;
    } else {
      gone.addLast(user);
    }
    return false;
  }

  private ChangingTimes changing() {
    if (changing == null) {
      changing = new ChangingTimes(times);
      times = changing;
    }
    return changing;
  }

  @Override
  public List<VirtualUser> take(List<LaneState> lanes, long nowNanos) {
    long instant = Math.max(0, nowNanos - startNanos);
    var byInstant = lanes.stream()
        .collect(
            Collectors.groupingBy(
                lane -> lane.dueNanos() == LaneState.UNKNOWN ? instant : lane.dueNanos()));
    byInstant.forEach((from, group) -> {
      int[] numbers = group.stream().mapToInt(LaneState::lane).toArray();
      changing().add(profile.times(seed, numbers, from));
      for (int lane : numbers) {
        here.set(lane);
      }
      if (places < Integer.MAX_VALUE) {
        places += profile.places(numbers);
      }
    });
    findNext();
    return List.of();
  }

  @Override
  public @Nullable VirtualUser userOf(int lane) {
    return null;
  }

  @Override
  public List<LaneState> letGo(int lane, long nowNanos, long soonNanos) {
    long from = Math.max(cameNanos + 1, soonNanos - startNanos);
    changing().end(lane, from);
    if (!here.get(lane)) {
      return List.of();
    }
    here.clear(lane);
    if (places < Integer.MAX_VALUE) {
      places -= profile.places(new int[]{lane});
    }
    findNext();
    return List.of(new LaneState(lane, 0, from, null));
  }

  /** Arrivals are as planned; pauses are no matter of theirs. */
  @Override
  public List<VirtualUser> change(LoadProfile changed, long nowNanos) {
    return List.of();
  }

  @Override
  public Iterations begun() {
    return Iterations.NONE;
  }

  @Override
  public int runningAt(long nanos, boolean loadIsOver) {
    return users.size() - gone.size() - (stopped || loadIsOver ? staying : 0);
  }

  @Override
  public void stop() {
    stopped = true;
    findNext();
  }

  @Override
  public void forEach(Consumer<VirtualUser> action) {
    users.forEach(action);
  }
}
