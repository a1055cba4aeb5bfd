package dev.muster.worker.engine;

import dev.muster.plan.load.LaneRandom;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.Life;
import dev.muster.worker.engine.Script.ScriptScenario;
import dev.muster.worker.engine.Script.ScriptStep;
import dev.muster.worker.engine.Script.ScriptTask;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A user: where it stands in its scenario, and which request it sends when. For one thread. */
final class VirtualUser {

  /** What a user does. */
  enum State {
    /** Has no life now. */
    RESTING,
    /** Sends its next request when that is due. */
    THINKING,
    /** Has a request in flight. */
    WAITING
  }

  /** Of which a part is in vain that is as large as the mean is smaller than the longest. */
  private static final int MOST_ATTEMPTS = 100;

  private final int slot;
  private final LaneRandom random;

  /** Where a user that stays writes what it begins; null for one that comes once. */
  private final @Nullable IterationLog log;

  private final long seed;
  private final Exchange exchange = new Exchange(this);
  private final TimingWheel.Timer<VirtualUser> timer = new TimingWheel.Timer<>(this);

  private State state = State.RESTING;
  private long number;
  private ScriptScenario scenario;

  /** Whether it goes to another worker as soon as that leaves no trace. */
  private boolean leaving;

  /** Whether it does one iteration and is gone. */
  private boolean comesOnce;

  /** Whether that iteration has no request left. */
  private boolean isThrough;

  private long iteration = -1;
  private long iterationDue;
  private ScriptTask task;
  private int step;
  private int request;
  private long due;
  private long stop = Long.MIN_VALUE;

  /** When the life that it lives, or lived last, began by the plan. */
  private long begun = Long.MIN_VALUE;

  private record ToCome(Life life, long due) {}

  /** Begun by the plan and not yet by the user; one or none, save where answers take very long. */
  private List<ToCome> toCome = List.of();

  /** A user that comes once, and another each time. */
  VirtualUser(long number, int slot, ScriptScenario scenario, LaneRandom random) {
    this(number, slot, scenario, random, 0, null);
  }

  private VirtualUser(
      long number, int slot, ScriptScenario scenario, LaneRandom random, long seed,
      @Nullable IterationLog log) {
    this.number = number;
    this.slot = slot;
    this.scenario = scenario;
    this.random = random;
    this.seed = seed;
    this.log = log;
    this.task = scenario.tasks().getFirst();
  }

  /** A user that stays, that of {@code lane} in a plan with {@code seed}. */
  static VirtualUser ofLane(
      int lane, int slot, ScriptScenario scenario, long seed, IterationLog log) {
    return new VirtualUser(lane, slot, scenario, new LaneRandom(seed, lane), seed, log);
  }

  /** Takes a life, to be lived when those before it are over; its first iteration is due at {@code firstDue}. */
  void receive(Life life, long firstDue) {
    var lives = new ArrayList<ToCome>(toCome);
    lives.add(new ToCome(life, firstDue));
    toCome = lives;
  }

  boolean hasLifeToCome() {
    return !toCome.isEmpty();
  }

  /** Starts the next life, whose instants count from {@code startNanos}. */
  void live(long startNanos) {
    ToCome next = toCome.getFirst();
    toCome = List.copyOf(toCome.subList(1, toCome.size()));
    state = State.THINKING;
    begun = startNanos + next.life().startNanos();
    stop = startNanos + next.life().stopNanos();
    due = next.due();
    beginIteration();
    findNextRequest();
  }

  /**
   * Becomes another user, which comes at {@code dueNanos}, does one iteration, and has no request due at
   * {@code stopNanos} or later. Its random stream has been set.
   */
  void arrive(long newNumber, ScriptScenario newScenario, long dueNanos, long stopNanos) {
    number = newNumber;
    scenario = newScenario;
    comesOnce = true;
    isThrough = false;
    state = State.THINKING;
    iteration = -1;
    due = dueNanos;
    stop = stopNanos;
    beginIteration();
    findNextRequest();
  }

  /** Whether it has lived {@code life}, or lives it now; instants of lives count from {@code startNanos}. */
  boolean knows(Life life, long startNanos) {
    return stop >= startNanos + life.stopNanos();
  }

  /** Lives no more in {@code life}, which it has lived elsewhere. */
  void skip(Life life, long startNanos) {
    stop = startNanos + life.stopNanos();
  }

  /** Its next iteration is the one of this number, counted from 0. */
  void continueWith(long nextIteration) {
    iteration = nextIteration - 1;
  }

  /**
   * Goes on in a life that has begun, where it stood on another worker. If nobody knows when it was to
   * send next, it begins an iteration somewhere within the time that such a one waits, as a crowd that
   * begins at once would be a load that nobody planned.
   *
   * @param nowNanos the present
   */
  void resume(LaneState at, Life life, long startNanos, long nowNanos) {
    state = State.THINKING;
    begun = startNanos + life.startNanos();
    stop = startNanos + life.stopNanos();
    continueWith(at.iteration());
    LaneState.Place place = at.place();
    if (place != null) {
      iteration = at.iteration();
      iterationDue = startNanos + place.beganNanos();
      task = scenario.tasks().get(place.task());
      step = place.step();
      random.resume(place.random());
      due = startNanos + at.dueNanos();
      request = ((ScriptStep.Send) task.steps().get(step++)).request();
      note();
    } else {
      due = at.dueNanos() == LaneState.UNKNOWN
          ? nowNanos + restOfWaits()
          : startNanos + at.dueNanos();
      beginIteration();
      findNextRequest();
    }
  }

  /**
   * What is left of an iteration's waits at an instant of which nothing is known: as likely to be x as such
   * waits are to be longer than x (Cox, Renewal Theory, 1962, 5.1), so that the crowd goes on as it was.
   */
  private long restOfWaits() {
    // A stream that no iteration has, lest what the user does depend on who does it.
    random.restart(seed, (int) number, Long.MAX_VALUE - 1 - iteration);
    long longest = scenario.tasks()
        .stream()
        .mapToLong(each -> waits(each, ScriptStep.Think::atMostNanos))
        .max()
        .orElse(0);
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      long rest = random.between(0, longest);
      long waits = waits(
          drawTask(), think -> random.between(think.atLeastNanos(), think.atMostNanos()));
      if (rest <= waits) {
        return rest;
      }
    }
    return 0;
  }

  private long waits(ScriptTask ofTask, ToLongFunction<ScriptStep.Think> nanos) {
    long sum = 0;
    for (ScriptStep each : ofTask.steps()) {
      sum += each instanceof ScriptStep.Think think ? nanos.applyAsLong(think) : 0;
    }
    return Math.max(sum, scenario.pacingNanos());
  }

  /** Where it stands while it is thinking, in instants that count from {@code startNanos}. */
  LaneState stands(long startNanos) {
    return new LaneState(
        (int) number, iteration, due - startNanos,
        new LaneState.Place(
            iterationDue - startNanos, scenario.tasks().indexOf(task), step - 1, random.state()));
  }

  boolean isLeaving() {
    return leaving;
  }

  void leaveSoon() {
    leaving = true;
  }

  /** Its request has ended, and what follows is counted from that instant. */
  void requestEnded(long now) {
    state = State.THINKING;
    due = now;
    findNextRequest();
  }

  /** Goes through thinks and ends of iterations to the next request, and to when it is due. */
  private void findNextRequest() {
    while (true) {
      if (step == task.steps().size()) {
        if (comesOnce) {
          isThrough = true;
          return;
        }
        due = Math.max(due, iterationDue + scenario.pacingNanos());
        beginIteration();
      }
      switch (task.steps().get(step++)) {
        case ScriptStep.Think think ->
          due += random.between(think.atLeastNanos(), think.atMostNanos());
        case ScriptStep.Send send -> {
          request = send.request();
          return;
        }
      }
    }
  }

  private void beginIteration() {
    iteration++;
    iterationDue = due;
    step = 0;
    if (log != null) {
      random.restart(seed, (int) number, iteration);
      note();
    }
    task = drawTask();
  }

  private void note() {
    if (log != null) {
      log.began(slot, (int) number, iteration);
    }
  }

  /** Draws only where there is a choice, so that a plan without one draws nothing for it. */
  private ScriptTask drawTask() {
    if (scenario.tasks().size() == 1) {
      return scenario.tasks().getFirst();
    }
    long place = random.between(1, scenario.weights());
    for (ScriptTask candidate : scenario.tasks()) {
      place -= candidate.weight();
      if (place <= 0) {
        return candidate;
      }
    }
    throw new IllegalStateException("the weights of a scenario do not add up");
  }

  State state() {
    return state;
  }

  void become(State next) {
    state = next;
  }

  /** Whether it has no request to send any more in this life. */
  boolean isPastItsLife() {
    return isThrough || due >= stop;
  }

  /**
   * Until when it stays when it has none: one that comes once is there to the end of its last think, or
   * of the load; others go at once.
   */
  long stays() {
    return comesOnce ? Math.min(due, stop) : Long.MIN_VALUE;
  }

  void endLifeBy(long nanos) {
    stop = Math.min(stop, nanos);
    toCome = List.of();
  }

  /** Until when it has no other request due; an instant long ago for one that has never lived. */
  long stop() {
    return stop;
  }

  /** Whether the life that it lives, or lived last, is {@code life}, perhaps with another length. */
  boolean isIn(Life life, long startNanos) {
    return begun >= startNanos + life.startNanos() && begun < startNanos + life.stopNanos();
  }

  /**
   * Its life lasts until then, and no other is to come.
   *
   * @return whether it goes on, though it had nothing to do any more
   */
  boolean liveUntil(long nanos) {
    stop = nanos;
    toCome = List.of();
    if (state == State.RESTING && due < stop) {
      state = State.THINKING;
      return true;
    }
    return false;
  }

  long number() {
    return number;
  }

  int slot() {
    return slot;
  }

  long iteration() {
    return iteration;
  }

  int request() {
    return request;
  }

  long due() {
    return due;
  }

  LaneRandom random() {
    return random;
  }

  Exchange exchange() {
    return exchange;
  }

  TimingWheel.Timer<VirtualUser> timer() {
    return timer;
  }
}
