package dev.muster.worker.engine;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.Life;
import dev.muster.plan.load.LoadProfile;
import dev.muster.plan.load.UserProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Users that stay, or come again, as the profile says; each is a lane and has its own slot. Those of lanes
 * that are taken over later have slots behind the others.
 */
final class ClosedPopulation implements Population {

  /** @param due of the first iteration: the life's begin, or later where that was heard of too late */
  private record Start(int slot, int lane, Life life, long due) {}

  private final Script script;
  private UserProfile profile;
  private final long seed;
  private final long startNanos;

  /** By slot; null before a user has come, and when it has gone to another worker. */
  private final List<@Nullable VirtualUser> users = new ArrayList<>();

  private final IterationLog log;

  /** Those that were known at the beginning, and how many of them have been come to. */
  private List<Start> starts;

  private int started;

  /** Those of lanes that were taken over. */
  private final PriorityQueue<Start> laterStarts = new PriorityQueue<>(
      Comparator.comparingLong(Start::due));

  /** The slots of lanes; made when it is first asked for, as most runs never do. */
  private @Nullable Map<Integer, Integer> slots;

  private final int[] lanesAtFirst;

  // A lane that goes takes back, in the second pair, what is counted of it in the first.
  private Instants begins;
  private Instants ends;
  private Instants begunElsewhere = new Instants();
  private Instants endedElsewhere = new Instants();
  private boolean stopped;

  ClosedPopulation(Script script, UserProfile profile, long seed, int[] lanes, long startNanos) {
    this.script = script;
    this.profile = profile;
    this.seed = seed;
    this.startNanos = startNanos;
    this.lanesAtFirst = lanes;
    this.log = new IterationLog(lanes.length);
    var lives = new ArrayList<Start>();
    for (int slot = 0; slot < lanes.length; slot++) {
      users.add(null);
      for (Life life : profile.lives(lanes[slot])) {
        lives.add(new Start(slot, lanes[slot], life, startNanos + life.startNanos()));
      }
    }
    lives.sort(Comparator.comparingLong(start -> start.life().startNanos()));
    this.starts = lives;
    this.begins = new Instants(
        lives.stream().mapToLong(start -> start.life().startNanos()).toArray());
    this.ends = new Instants(
        lives.stream().mapToLong(start -> start.life().stopNanos()).sorted().toArray());
  }

  @Override
  public long nextNanos() {
    Start next = nextStart();
    return next == null ? Long.MAX_VALUE : next.due();
  }

  private @Nullable Start nextStart() {
    if (stopped) {
      return null;
    }
    Start later = laterStarts.peek();
    if (started == starts.size()) {
      return later;
    }
    Start next = starts.get(started);
    return later != null && later.due() < next.due() ? later : next;
  }

  @Override
  public @Nullable VirtualUser come() {
    Start start = nextStart();
    if (start == null) {
      return null;
    }
    if (start.equals(laterStarts.peek())) {
      laterStarts.poll();
    } else {
      started++;
    }
    if (slots != null && !Objects.equals(slots.get(start.lane()), start.slot())) {
      // The lane has gone to another worker.
      return null;
    }
    VirtualUser user = userIn(start.slot(), start.lane());
    user.receive(start.life(), start.due());
    if (user.state() != VirtualUser.State.RESTING) {
      // The last request of its life before is not answered yet.
      return null;
    }
    user.live(startNanos);
    return user;
  }

  private VirtualUser userIn(int slot, int lane) {
    VirtualUser user = users.get(slot);
    if (user == null) {
      user = VirtualUser.ofLane(lane, slot, script.scenarioOf(lane), seed, log);
      users.set(slot, user);
    }
    return user;
  }

  /** Else users who never wait would keep the others from coming. */
  @Override
  public boolean comesAllAtOnce() {
    return true;
  }

  @Override
  public boolean rests(VirtualUser user, boolean toTheEnd) {
    if (user.hasLifeToCome()) {
      user.live(startNanos);
      return true;
    }
    return false;
  }

  private Map<Integer, Integer> slots() {
    if (slots == null) {
      slots = new HashMap<>();
      for (int slot = 0; slot < lanesAtFirst.length; slot++) {
        slots.put(lanesAtFirst[slot], slot);
      }
    }
    return slots;
  }

  @Override
  public List<VirtualUser> take(List<LaneState> lanes, long nowNanos) {
    var there = new ArrayList<VirtualUser>();
    for (LaneState lane : lanes) {
      VirtualUser user = take(lane, nowNanos);
      if (user.state() == VirtualUser.State.THINKING) {
        there.add(user);
      }
    }
    return there;
  }

  private VirtualUser take(LaneState lane, long nowNanos) {
    // A slot of its own: that of a lane that has gone may still be named by a start to come.
    int slot = users.size();
    if (slots().putIfAbsent(lane.lane(), slot) != null) {
      throw new IllegalArgumentException("lane " + lane.lane() + " is here already");
    }
    users.add(null);
    VirtualUser user = userIn(slot, lane.lane());
    user.continueWith(lane.iteration());
    long instant = nowNanos - startNanos;
    for (Life life : profile.lives(lane.lane())) {
      if (life.stopNanos() > instant && !stopped) {
        begins.add(Math.max(life.startNanos(), instant));
        ends.add(life.stopNanos());
        if (lane.dueNanos() >= life.stopNanos()) {
          user.skip(life, startNanos);
        } else if (life.startNanos() <= instant) {
          user.resume(lane, life, startNanos, nowNanos);
        } else {
          laterStarts.add(
              new Start(slot, lane.lane(), life, startNanos + life.startNanos()));
        }
      }
    }
    return user;
  }

  @Override
  public @Nullable VirtualUser userOf(int lane) {
    Integer slot = slots().get(lane);
    return slot == null ? null : users.get(slot);
  }

  @Override
  public List<LaneState> letGo(int lane, long nowNanos, long soonNanos) {
    Integer slot = slots().remove(lane);
    return slot == null ? List.of() : List.of(left(lane, slot, nowNanos));
  }

  private LaneState left(int lane, int slot, long nowNanos) {
    long instant = nowNanos - startNanos;
    Life next = null;
    for (Life life : profile.lives(lane)) {
      if (life.stopNanos() > instant) {
        next = next == null ? life : next;
        begunElsewhere.add(Math.max(life.startNanos(), instant));
        endedElsewhere.add(life.stopNanos());
      }
    }
    VirtualUser user = users.set(slot, null);
    if (user != null && user.state() == VirtualUser.State.THINKING) {
      return user.stands(startNanos);
    }
    if (user != null && next != null && user.knows(next, startNanos)) {
      // It is through with this life, though that is not over: nothing more is due in it.
      return new LaneState(
          lane, user.iteration() + 1, next.stopNanos(), null);
    }
    long iteration = user == null ? 0 : user.iteration() + 1;
    return next == null
        ? LaneState.lost(lane, iteration)
        : new LaneState(lane, iteration, next.startNanos(), null);
  }

  @Override
  public List<VirtualUser> change(LoadProfile changed, long nowNanos) {
    UserProfile before = profile;
    profile = (UserProfile) changed;
    starts = List.of();
    started = 0;
    laterStarts.clear();
    var goOn = new ArrayList<VirtualUser>();
    var begun = LongStream.builder();
    var ended = LongStream.builder();
    long instant = nowNanos - startNanos;
    slots().forEach((lane, slot) -> {
      VirtualUser user = users.get(slot);
      if (user != null && live(lane, slot, user, before, nowNanos)) {
        goOn.add(user);
      } else if (user == null) {
        for (Life life : profile.lives(lane)) {
          come(lane, slot, life, before, instant, Long.MIN_VALUE);
        }
      }
      for (Life life : profile.lives(lane)) {
        if (life.stopNanos() > instant) {
          begun.add(life.startNanos());
          ended.add(life.stopNanos());
        }
      }
    });
    begins = new Instants(begun.build().sorted().toArray());
    ends = new Instants(ended.build().sorted().toArray());
    begunElsewhere = new Instants();
    endedElsewhere = new Instants();
    return goOn;
  }

  /** Has a user that is known live by the new profile; returns whether it goes on though it rested. */
  private boolean live(
      int lane, int slot, VirtualUser user, UserProfile before, long nowNanos) {
    boolean isInOne = false;
    boolean goesOn = false;
    long known = user.stop();
    for (Life life : profile.lives(lane)) {
      if (user.isIn(life, startNanos)) {
        isInOne = true;
        goesOn = user.liveUntil(startNanos + life.stopNanos());
      } else {
        come(lane, slot, life, before, nowNanos - startNanos, known);
      }
    }
    if (!isInOne) {
      user.endLifeBy(nowNanos);
    }
    return goesOn;
  }

  /** Has a life come that may be new; of one that has begun, nothing that was due meanwhile. */
  private void come(
      int lane, int slot, Life life, UserProfile before, long instant, long livedUntil) {
    if (life.stopNanos() <= instant || stopped) {
      return;
    }
    boolean isNew = before.lives(lane)
        .stream()
        .noneMatch(planned -> planned.startNanos() == life.startNanos());
    long due = startNanos + (isNew ? Math.max(life.startNanos(), instant) : life.startNanos());
    if (Math.max(due, livedUntil) < startNanos + life.stopNanos()) {
      laterStarts.add(new Start(slot, lane, life, Math.max(due, livedUntil)));
    }
  }

  @Override
  public Iterations begun() {
    return log.take();
  }

  @Override
  public int runningAt(long nanos, boolean loadIsOver) {
    long instant = nanos - startNanos;
    return stopped || loadIsOver
        ? 0
        : begins.upTo(instant) - ends.upTo(instant)
            - (begunElsewhere.upTo(instant) - endedElsewhere.upTo(instant));
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
