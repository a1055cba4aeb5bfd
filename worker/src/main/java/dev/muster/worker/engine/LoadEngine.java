package dev.muster.worker.engine;

import dev.muster.plan.load.ArrivalProfile;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChanges;
import dev.muster.plan.load.LoadClock;
import dev.muster.plan.load.LoadProfile;
import dev.muster.plan.load.UserProfile;
import dev.muster.worker.engine.VirtualUser.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets the users of one event loop do what the plan says, when it says so. Who owns it calls {@link
 * #advance} by {@link #nextNanos}, and the {@link Requester} tells it how requests end; every call
 * brings the present instant, in nanoseconds on one scale that never goes back. For one thread.
 *
 * <pre>
 *            due            answer, failure            stop
 *   RESTING ─────► WAITING ────────────────► THINKING ──────► RESTING
 *                     ▲            due          │
 *                     ╰─────────────────────────╯
 * </pre>
 *
 * <p>Which users there are is the {@link Population}'s: in the closed model they stay, in the open one
 * each comes once.
 *
 * <p>A request is due when the step before it has ended, and none is due at its user's stop or later;
 * one that was due before it is sent, however late. Ticks end by the instants that are brought, so
 * each event is counted in its own.
 *
 * <p>Users live by the load's clock, which stands still in a pause: what was due then, or later, is due
 * later by as much. Ticks, timeouts and the end of the load go by the engine's.
 */
public final class LoadEngine {

  private static final long TICK_NANOS = 1_000_000_000;

  /**
   * Requests sent in one call. All begin at its instant, so a large batch would count the generator's
   * own time as the target's.
   */
  private static final int BATCH = 16;

  /**
   * What is due within this time is still done here when a lane goes to another worker, which has to
   * hear of it first.
   */
  static final long HANDOVER_NANOS = 200_000_000;

  private final Script script;
  private final Requester requester;
  private final Recorder recorder;
  private final LoadProfile planned;
  private final long startNanos;
  private final long endNanos;
  private final long drainNanos;
  private final Population population;
  private final TimingWheel<VirtualUser> wheel;
  private final ArrayDeque<VirtualUser> ready = new ArrayDeque<>();

  /** Those who are thinking in a pause of which nobody knows the end. */
  private final Set<VirtualUser> held = new LinkedHashSet<>();

  private final Consumer<VirtualUser> onTimer = this::timerFired;

  /** Null where nothing limits the rate, which is nearly always. */
  private final @Nullable Pace pace;

  /** When the request that waits for its turn may leave; {@link Long#MIN_VALUE} while none does. */
  private long reservedNanos = Long.MIN_VALUE;

  /** Whether what is due has had to wait for its turn, and has not been caught up with. */
  private boolean heldBack;

  private LoadChanges changes = LoadChanges.NONE;
  private LoadTime load;
  private long now;
  private long giveUpNanos;
  private int active;
  private int inFlight;
  private long sent;
  private long tick;
  private boolean stoppedEarly;
  private boolean acting;
  private boolean over;

  /**
   * An engine whose run begins at {@code startNanos}.
   *
   * @param profile of the whole run
   * @param seed of the plan
   * @param lanes those of this engine
   * @param firstTick the tick that it begins with; what was due before it is due in it
   * @param drainNanos how long requests in flight may take after the load's end; {@link
   *     Long#MAX_VALUE} for as long as their own timeouts allow
   */
  public LoadEngine(
      Script script,
      LoadProfile profile,
      long seed,
      int[] lanes,
      long startNanos,
      long firstTick,
      long drainNanos,
      Requester requester,
      Recorder recorder) {
    this(
        script, profile, seed, lanes, startNanos, firstTick, drainNanos, requester, recorder, null);
  }

  /**
   * As above, with a limit: what would be more than {@code pace} allows is sent when it may be, late, and
   * not at all once the load is over.
   *
   * @param pace null for none
   */
  public LoadEngine(
      Script script,
      LoadProfile profile,
      long seed,
      int[] lanes,
      long startNanos,
      long firstTick,
      long drainNanos,
      Requester requester,
      Recorder recorder,
      @Nullable Pace pace) {
    this.pace = pace;
    this.script = script;
    this.requester = requester;
    this.recorder = recorder;
    this.planned = profile;
    this.startNanos = startNanos;
    this.load = new LoadTime(startNanos, LoadClock.STEADY);
    this.endNanos = startNanos + profile.durationNanos();
    this.drainNanos = drainNanos;
    this.giveUpNanos = later(endNanos, drainNanos);
    // Before the run, lest a call that comes too early start it.
    this.now = startNanos + firstTick * TICK_NANOS - 1;
    this.tick = firstTick;
    this.wheel = new TimingWheel<>(startNanos + firstTick * TICK_NANOS);
    this.population = switch (profile) {
      case UserProfile users -> new ClosedPopulation(script, users, seed, lanes, startNanos);
      case ArrivalProfile arrivals ->
        new OpenPopulation(script, arrivals, seed, lanes, startNanos, recorder);
    };
  }

  /** Does everything that is due. */
  public void advance(long nowNanos) {
    enter(nowNanos);
    if (over) {
      return;
    }
    while (population.comesAllAtOnce() && comesNanos() <= now) {
      letOneCome();
    }
    wheel.fire(now, onTimer);
    leave(true);
  }

  /**
   * The instant at which {@link #advance} wants to be called next; the past when that is now, {@link
   * Long#MAX_VALUE} when the run is over.
   */
  public long nextNanos() {
    if (over) {
      return Long.MAX_VALUE;
    }
    boolean waits = waitsForItsTurn();
    if (!ready.isEmpty() && !waits) {
      return now;
    }
    long next = Math.min(wheel.nextNanos(), startNanos + (tick + 1) * TICK_NANOS);
    // Who comes while others wait is behind them.
    next = Math.min(next, waits ? reservedNanos : comesNanos());
    return Math.min(next, now < endNanos ? Math.min(endNanos, giveUpNanos) : giveUpNanos);
  }

  /** Whether the last tick has been handed over. Nothing is done or recorded after it. */
  public boolean isOver() {
    return over;
  }

  /** A connection that was begun at {@code beganNanos} is open; TLS, where it is spoken, is to come. */
  public void connected(long beganNanos, long nowNanos) {
    enter(nowNanos);
    recorder.connected(beganNanos, now);
  }

  /** A handshake of TLS that was begun at {@code beganNanos} has succeeded. */
  public void secured(long beganNanos, long nowNanos) {
    enter(nowNanos);
    recorder.secured(beganNanos, now);
  }

  /** The first byte of a request that waited for its connection is written. */
  public void written(Exchange exchange, long nowNanos) {
    enter(nowNanos);
    VirtualUser user = exchange.user();
    exchange.setWritten(now);
    wheel.cancel(user.timer());
    wheel.add(
        user.timer(),
        exchange.beganNanos() + script.requests().get(exchange.request()).timeoutNanos());
  }

  /**
   * A request's whole answer has come, with {@code bodyBytes} bytes in its body.
   *
   * @param refusal why it is none that was hoped for, in one word such as {@code status_503}; null when
   *     it is right
   */
  public void answered(
      Exchange exchange, @Nullable String refusal, long bodyBytes, long nowNanos) {
    enter(nowNanos);
    int series = script.requests().get(exchange.request()).series();
    long written = exchange.writtenNanos();
    if (refusal == null) {
      recorder.answered(
          series, bodyBytes, exchange.dueNanos(), exchange.beganNanos(), written, now);
    } else {
      recorder.refused(
          series, refusal, bodyBytes, exchange.dueNanos(), exchange.beganNanos(), written, now);
    }
    recorder.firstByte(written, exchange.firstByteNanos(now));
    ended(exchange);
    leave();
  }

  /** A request has ended without a whole answer. */
  public void failed(Exchange exchange, FailureKind kind, long nowNanos) {
    enter(nowNanos);
    recordFailure(exchange, kind);
    ended(exchange);
    leave();
  }

  /**
   * Takes lanes over from other workers, which no longer have them. What of them was due before now is
   * due now.
   */
  public void take(List<LaneState> lanes, long nowNanos) {
    enter(nowNanos);
    if (over) {
      return;
    }
    population.take(lanes, load.at(now)).forEach(this::begin);
    leave();
  }

  /**
   * Changes the load. What was to be heard of earlier holds from its own instant on as far as it can: what
   * has been sent since stays sent, and who should have come then comes now.
   *
   * @param all that was changed so far, in order
   */
  public void change(LoadChanges all, long nowNanos) {
    enter(nowNanos);
    if (over || stoppedEarly) {
      return;
    }
    boolean scaled = !all.scales().equals(changes.scales());
    changes = all;
    load = new LoadTime(startNanos, all.clock());
    if (scaled) {
      population.change(all.appliedTo(planned), load.at(now)).forEach(this::begin);
      population.forEach(user -> {
        if (user.state() == State.THINKING && user.isPastItsLife() && user.timer().isInWheel()) {
          wheel.cancel(user.timer());
          act(user);
        }
      });
    }
    letHeldGoOn();
    leave();
  }

  /**
   * Lets go of lanes, each as soon as that leaves no trace: a user that waits for an answer stays until it
   * has it, one that is about to send sends first. The {@link Recorder} hears of each that is gone.
   *
   * @param atOnce whether they are somebody else's already, so that nothing of them may be sent any more
   */
  public void letGo(int[] lanes, boolean atOnce, long nowNanos) {
    enter(nowNanos);
    if (over) {
      return;
    }
    var gone = new ArrayList<LaneState>();
    for (int lane : lanes) {
      VirtualUser user = population.userOf(lane);
      if (user == null || user.state() == State.RESTING) {
        gone.add(letGo(lane, atOnce ? now : now + HANDOVER_NANOS));
      } else if (user.state() == State.THINKING
          && (atOnce || load.comesAt(user.due()) >= now + HANDOVER_NANOS)) {
        gone.add(depart(user));
      } else {
        user.leaveSoon();
      }
    }
    tell(gone);
    leave();
  }

  private LaneState depart(VirtualUser user) {
    wheel.cancel(user.timer());
    held.remove(user);
    LaneState stands = letGo((int) user.number(), now);
    active--;
    user.become(State.RESTING);
    requester.rest(user.slot());
    return stands;
  }

  /** @param untilNanos when who takes it over has heard of it */
  private LaneState letGo(int lane, long untilNanos) {
    return population.letGo(lane, load.at(now), load.at(untilNanos));
  }

  private void tell(List<LaneState> gone) {
    if (!gone.isEmpty()) {
      recorder.gone(gone);
    }
  }

  /**
   * Ends the load now: no request is due any more.
   *
   * @param atMostNanos how long requests in flight may still take; negative: as planned
   */
  public void stop(long atMostNanos, long nowNanos) {
    enter(nowNanos);
    if (over) {
      return;
    }
    giveUpNanos = Math.min(giveUpNanos, later(now, atMostNanos < 0 ? drainNanos : atMostNanos));
    stoppedEarly = true;
    population.stop();
    population.forEach(user -> {
      user.endLifeBy(load.at(now));
      if (user.state() == State.THINKING && user.isPastItsLife()) {
        wheel.cancel(user.timer());
        held.remove(user);
        rest(user);
      }
    });
    leave();
  }

  /** Requests sent so far. */
  public long sent() {
    return sent;
  }

  /** Requests sent and not ended. */
  public int inFlight() {
    return inFlight;
  }

  /** Users running now. */
  public int running() {
    return runningAt(now);
  }

  private int runningAt(long nanos) {
    return population.runningAt(load.at(nanos), nanos >= endNanos);
  }

  /** Begins a call: closes the ticks that have ended before its instant. */
  private void enter(long nowNanos) {
    now = Math.max(now, nowNanos);
    if (now >= endNanos) {
      letHeldGoOn();
    }
    while (!over && startNanos + (tick + 1) * TICK_NANOS <= now) {
      long ends = startNanos + (tick + 1) * TICK_NANOS;
      endTick(ends, ends >= endNanos && isDone());
    }
  }

  private void leave() {
    leave(false);
  }

  /**
   * Ends a call: sends what has become due, and closes the run when nothing is left of it.
   *
   * @param more whether users may come too. Not when a request has ended: of a crowd that is late
   *     each end would let many come, who open connections while answers that free some lie unread
   */
  private void leave(boolean more) {
    if (acting || over) {
      return;
    }
    acting = true;
    for (int i = 0; i < BATCH && (more ? isSomethingDue() : !ready.isEmpty())
        && !waitsForItsTurn(); i++) {
      if (ready.isEmpty()) {
        // After those who are there, as their leaving makes place.
        letOneCome();
      }
      VirtualUser user = ready.poll();
      if (user != null) {
        act(user);
      }
    }
    acting = false;
    if (heldBack && !isSomethingDue()) {
      heldBack = false;
    }
    if (isLoadOver() && isDone()) {
      endTick(now, true);
    } else if (now >= giveUpNanos && !isSomethingDue()) {
      giveUp();
    }
  }

  private boolean isSomethingDue() {
    return !ready.isEmpty() || comesNanos() <= now;
  }

  /** When the next user comes; never, when that is not before the end of the load. */
  private long comesNanos() {
    long comes = load.comesAt(population.nextNanos());
    return comes < endNanos ? comes : Long.MAX_VALUE;
  }

  private boolean isDone() {
    return active == 0 && comesNanos() == Long.MAX_VALUE;
  }

  private void endTick(long endsNanos, boolean last) {
    // A user that stops with the tick was running in it.
    long within = Math.max(startNanos + tick * TICK_NANOS, endsNanos - 1);
    recorder.begun(population.begun());
    recorder.tickEnded(tick, runningAt(within), inFlight, last);
    tick++;
    over = last;
  }

  private void giveUp() {
    population.forEach(user -> {
      if (user.state() == State.WAITING) {
        requester.abandon(user.exchange());
      }
    });
    endTick(now, true);
  }

  private void letOneCome() {
    VirtualUser user = population.come();
    if (user != null) {
      begin(user);
    }
  }

  private void begin(VirtualUser user) {
    active++;
    ready.add(user);
  }

  /** Does what a thinking user is to do next: sends, goes on thinking, or rests. */
  private void act(VirtualUser user) {
    if (user.state() != State.THINKING) {
      return;
    }
    long due = load.comesAt(user.due());
    boolean hasNothingToDo = user.isPastItsLife() || isBeyondTheEnd(due);
    if (user.isLeaving() && !hasNothingToDo && due >= now + HANDOVER_NANOS) {
      tell(List.of(depart(user)));
    } else if (hasNothingToDo) {
      long stays = load.comesAt(user.stays());
      // Who stays to the end of the load has nothing to do there, and must not hold it up.
      if (now < stays && !isBeyondTheEnd(stays)) {
        await(user, stays);
      } else {
        rest(user);
      }
    } else if (due > now) {
      await(user, due);
    } else if (pace == null || isItsTurn(pace)) {
      send(user);
    } else if (isLoadOver()) {
      pace.heldBack();
      rest(user);
    } else {
      ready.addFirst(user);
    }
  }

  /** Whether an instant is not before the end of the load; not, as long as a pause may end in time. */
  private boolean isBeyondTheEnd(long nanos) {
    return nanos >= endNanos && (nanos < Long.MAX_VALUE || now >= endNanos);
  }

  private void await(VirtualUser user, long nanos) {
    if (nanos == Long.MAX_VALUE) {
      held.add(user);
    } else {
      wheel.add(user.timer(), nanos);
    }
  }

  /** The pause has got an end, or the load has: each that was held does what it is to do then. */
  private void letHeldGoOn() {
    if (held.isEmpty()) {
      return;
    }
    List<VirtualUser> all = List.copyOf(held);
    held.clear();
    for (VirtualUser user : all) {
      if (load.comesAt(user.due()) <= now) {
        ready.add(user);
      } else {
        act(user);
      }
    }
  }

  /** Whether a request may leave now, as far as the limit goes. */
  private boolean isItsTurn(Pace limit) {
    if (heldBack && isLoadOver()) {
      return false;
    }
    if (reservedNanos == Long.MIN_VALUE
        || (reservedNanos <= now && !limit.holds(reservedNanos, now))) {
      reservedNanos = limit.reserve(now);
    }
    if (reservedNanos > now) {
      heldBack = true;
      return false;
    }
    reservedNanos = Long.MIN_VALUE;
    if (heldBack) {
      limit.heldBack();
    }
    return true;
  }

  /** Whether the next request that is due has to wait, and all behind it. */
  private boolean waitsForItsTurn() {
    return reservedNanos > now && !isLoadOver();
  }

  private boolean isLoadOver() {
    return stoppedEarly || now >= endNanos;
  }

  private void rest(VirtualUser user) {
    active--;
    user.become(State.RESTING);
    requester.rest(user.slot());
    if (user.isLeaving()) {
      tell(List.of(letGo((int) user.number(), now)));
    } else if (population.rests(user, load.comesAt(user.stays()) >= endNanos)) {
      begin(user);
    }
  }

  private void send(VirtualUser user) {
    Exchange exchange = user.exchange();
    var limits = script.requests().get(user.request());
    user.become(State.WAITING);
    inFlight++;
    sent++;
    recorder.sent();
    exchange.begin(load.comesAt(user.due()), now);
    wheel.add(user.timer(), now + limits.timeoutNanos());
    boolean connecting = requester.send(exchange);
    if (user.state() != State.WAITING) {
      // It has failed before send() returned.
      return;
    }
    if (!connecting && !exchange.isWritten()) {
      exchange.setWritten(exchange.beganNanos());
    } else if (connecting && limits.connectTimeoutNanos() < limits.timeoutNanos()) {
      wheel.cancel(user.timer());
      wheel.add(user.timer(), exchange.beganNanos() + limits.connectTimeoutNanos());
    }
  }

  private void timerFired(VirtualUser user) {
    if (user.state() == State.THINKING) {
      ready.add(user);
      return;
    }
    Exchange exchange = user.exchange();
    requester.abandon(exchange);
    recordFailure(
        exchange, exchange.isWritten() ? FailureKind.TIMEOUT : FailureKind.CONNECT_TIMEOUT);
    ended(exchange);
  }

  private void recordFailure(Exchange exchange, FailureKind kind) {
    int series = script.requests().get(exchange.request()).series();
    if (exchange.isWritten()) {
      recorder.failed(
          series, kind, exchange.dueNanos(), exchange.beganNanos(), exchange.writtenNanos(), now);
    } else {
      recorder.failedUnwritten(series, kind, exchange.dueNanos(), exchange.beganNanos(), now);
    }
  }

  /** The instant {@code nanos} after another; never, when that is beyond all instants. */
  private static long later(long instant, long nanos) {
    return nanos > Long.MAX_VALUE - Math.max(instant, 0) ? Long.MAX_VALUE : instant + nanos;
  }

  private void ended(Exchange exchange) {
    VirtualUser user = exchange.user();
    inFlight--;
    wheel.cancel(user.timer());
    user.requestEnded(load.at(now));
    if (user.isLeaving() && !user.isPastItsLife()) {
      // Once is enough: one that never waits would never go.
      tell(List.of(depart(user)));
    } else {
      ready.add(user);
    }
  }
}
