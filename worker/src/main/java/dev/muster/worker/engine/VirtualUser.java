package dev.muster.worker.engine;

import dev.muster.plan.load.LaneRandom;
import dev.muster.plan.load.Life;
import dev.muster.worker.engine.Script.ScriptScenario;
import dev.muster.worker.engine.Script.ScriptStep;
import dev.muster.worker.engine.Script.ScriptTask;
import java.util.ArrayList;
import java.util.List;

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

  private final int slot;
  private final LaneRandom random;
  private final Exchange exchange = new Exchange(this);
  private final TimingWheel.Timer<VirtualUser> timer = new TimingWheel.Timer<>(this);

  private State state = State.RESTING;
  private long number;
  private ScriptScenario scenario;

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
  private long stop;

  /** Begun by the plan and not yet by the user; one or none, save where answers take very long. */
  private List<Life> toCome = List.of();

  VirtualUser(long number, int slot, ScriptScenario scenario, LaneRandom random) {
    this.number = number;
    this.slot = slot;
    this.scenario = scenario;
    this.random = random;
    this.task = scenario.tasks().getFirst();
  }

  /** Takes a life, to be lived when those before it are over. */
  void receive(Life life) {
    var lives = new ArrayList<Life>(toCome);
    lives.add(life);
    toCome = lives;
  }

  boolean hasLifeToCome() {
    return !toCome.isEmpty();
  }

  /** Starts the next life, whose instants count from {@code startNanos}. */
  void live(long startNanos) {
    Life life = toCome.getFirst();
    toCome = List.copyOf(toCome.subList(1, toCome.size()));
    state = State.THINKING;
    stop = startNanos + life.stopNanos();
    due = startNanos + life.startNanos();
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
    task = drawTask();
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
