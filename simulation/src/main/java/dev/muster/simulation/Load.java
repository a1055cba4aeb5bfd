package dev.muster.simulation;

import dev.muster.plan.RunPlan;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChanges;
import dev.muster.v1.Outcome;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import dev.muster.worker.engine.Exchange;
import dev.muster.worker.engine.FailureKind;
import dev.muster.worker.engine.Iterations;
import dev.muster.worker.engine.LoadEngine;
import dev.muster.worker.engine.Recorder;
import dev.muster.worker.engine.Requester;
import dev.muster.worker.engine.Script;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** A worker's load: the engine in earnest, with a target that answers when the dice say so. */
final class Load implements Recorder, Requester {

  /** What the load tells its worker. */
  interface Listener {

    void tickEnded(Snapshot.Builder snapshot);

    void lanesLeft(List<LaneState> lanes);
  }

  private static final long TICK_NANOS = 1_000_000_000;

  private final Timeline timeline;
  private final Target target;
  private final Listener listener;
  private final Consumer<Runnable> whenAwake;
  private final LoadEngine engine;
  private final String run;

  /** The lanes that it has, those that it is to let go and still has included. */
  private final BitSet lanes = new BitSet();

  /** By slot, the number of the request that is in flight. */
  private final Map<Integer, Long> inFlight = new HashMap<>();

  private final LongSupplier answerNanos;
  private Snapshot.Builder ofTick = Snapshot.newBuilder();
  private long answered;
  private long requests;
  private long wakeNanos = Long.MAX_VALUE;

  /**
   * @param whenAwake does something when the worker is not standing still; never, when it is dead
   */
  Load(
      String run, RunPlan plan, long startNanos, List<Integer> initial, Timeline timeline,
      Target target, LongSupplier answerNanos, Consumer<Runnable> whenAwake, Listener listener) {
    this.run = run;
    this.timeline = timeline;
    this.target = target;
    this.answerNanos = answerNanos;
    this.whenAwake = whenAwake;
    this.listener = listener;
    initial.forEach(lanes::set);
    this.engine = new LoadEngine(
        Script.of(plan), plan.profile(), plan.plan().seed(),
        initial.stream().mapToInt(Integer::intValue).toArray(), startNanos,
        Math.max(0, (timeline.now() - startNanos) / TICK_NANOS), Long.MAX_VALUE, this, this);
    schedule();
  }

  BitSet lanes() {
    return lanes;
  }

  boolean isOver() {
    return engine.isOver();
  }

  long sentSoFar() {
    return engine.sent();
  }

  void take(List<LaneState> taken) {
    taken.forEach(lane -> lanes.set(lane.lane()));
    engine.take(taken, timeline.now());
    schedule();
  }

  void letGo(List<Integer> gone, boolean atOnce) {
    if (atOnce) {
      // What still waits for an answer there sends nothing any more.
      gone.forEach(lanes::clear);
    }
    engine.letGo(
        gone.stream().mapToInt(Integer::intValue).toArray(), atOnce, timeline.now());
    schedule();
  }

  void change(LoadChanges changes) {
    engine.change(changes, timeline.now());
    schedule();
  }

  void stop(long drainNanos) {
    engine.stop(drainNanos, timeline.now());
    schedule();
  }

  private void schedule() {
    long next = engine.nextNanos();
    if (next < wakeNanos && !engine.isOver()) {
      wakeNanos = next;
      timeline.at(next, () -> {
        if (wakeNanos == next) {
          wakeNanos = Long.MAX_VALUE;
          whenAwake.accept(() -> {
            engine.advance(timeline.now());
            schedule();
          });
        }
      });
    }
  }

  // ---- the target's side

  @Override
  public boolean send(Exchange exchange) {
    target.received((int) exchange.userNumber(), exchange.iteration());
    long number = requests++;
    inFlight.put(exchange.slot(), number);
    timeline.after(
        answerNanos.getAsLong(),
        () -> whenAwake.accept(() -> {
          if (inFlight.remove(exchange.slot(), number)) {
            engine.answered(exchange, null, 0, timeline.now());
            schedule();
          }
        }));
    return false;
  }

  @Override
  public void abandon(Exchange exchange) {
    inFlight.remove(exchange.slot());
  }

  @Override
  public void rest(int slot) {}

  // ---- what is recorded

  @Override
  public void sent() {
    ofTick.setSent(ofTick.getSent() + 1);
  }

  @Override
  public void dropped() {}

  @Override
  public void answered(
      int series, long bodyBytes, long due, long began, long written, long end) {
    answered++;
  }

  @Override
  public void refused(
      int series, String refusal, long bodyBytes, long due, long began, long written, long end) {}

  @Override
  public void failed(
      int series, FailureKind kind, long due, long began, long written, long end) {
    answered++;
  }

  @Override
  public void failedUnwritten(int series, FailureKind kind, long due, long began, long end) {
    answered++;
  }

  @Override
  public void connected(long began, long end) {}

  @Override
  public void secured(long began, long end) {}

  @Override
  public void firstByte(long written, long firstByte) {}

  @Override
  public void gone(List<LaneState> left) {
    left.forEach(lane -> lanes.clear(lane.lane()));
    listener.lanesLeft(left);
  }

  @Override
  public void begun(Iterations iterations) {
    for (int place = 0; place < iterations.size(); place++) {
      ofTick.addBegunLanes(iterations.lane(place)).addBegunIterations(iterations.newest(place));
    }
  }

  @Override
  public void tickEnded(long tick, int users, int ticksInFlight, boolean last) {
    Snapshot.Builder ended = ofTick.setRunId(run)
        .setTick(tick)
        .setUsers(users)
        .setInFlight(ticksInFlight)
        .setLast(last)
        .addSeries(Series.newBuilder().setOutcome(Outcome.OUTCOME_ANSWERED).setCount(answered));
    ofTick = Snapshot.newBuilder();
    answered = 0;
    listener.tickEnded(ended);
  }
}
