package dev.muster.worker.engine;

import dev.muster.plan.RunPlan;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChanges;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One engine with its scripted target, in simulated time. Instants in tests count from the start. */
final class Simulation {

  /** Below zero, as {@link System#nanoTime} may be. */
  static final long START = -3_000_000_000L;

  private static final long NEVER = Long.MAX_VALUE;

  final LoadEngine engine;
  final CollectingRecorder recorder = new CollectingRecorder();
  final ScriptedRequester requester;
  private long now = START;

  Simulation(RunPlan run, Function<ScriptedRequester.Sent, Reply> script) {
    this(run, IntStream.range(0, run.lanes()).toArray(), script);
  }

  Simulation(RunPlan run, int[] lanes, Function<ScriptedRequester.Sent, Reply> script) {
    this(run, lanes, script, null);
  }

  Simulation(RunPlan run, Function<ScriptedRequester.Sent, Reply> script, Pace pace) {
    this(run, IntStream.range(0, run.lanes()).toArray(), script, pace);
  }

  private Simulation(
      RunPlan run, int[] lanes, Function<ScriptedRequester.Sent, Reply> script,
      @Nullable Pace pace) {
    requester = new ScriptedRequester(lanes.length, script);
    Duration drain = run.plan().load().drain();
    engine = new LoadEngine(
        Script.of(run), run.profile(), run.plan().seed(), lanes, START, 0,
        drain == null ? NEVER : drain.toNanos(), requester, recorder, pace);
    requester.answerTo(engine);
  }

  /** Lets everything happen on time until the run is over. */
  Simulation runToEnd() {
    return runUntil(NEVER);
  }

  /** Lets everything happen on time that is to happen before {@code nanos}. */
  Simulation runUntil(long nanos) {
    long limit = nanos == NEVER ? NEVER : START + nanos;
    while (!engine.isOver() && Math.min(engine.nextNanos(), requester.nextNanos()) < limit) {
      step(Math.max(now, Math.min(engine.nextNanos(), requester.nextNanos())));
    }
    if (limit != NEVER) {
      now = Math.max(now, limit);
    }
    return this;
  }

  /** Lets the engine's thread do nothing until {@code nanos}, and then everything that it missed. */
  Simulation pauseUntil(long nanos) {
    now = START + nanos;
    return this;
  }

  Simulation stop(long drainNanos) {
    requester.bring(now);
    engine.stop(drainNanos, now);
    return this;
  }

  Simulation take(List<LaneState> lanes) {
    requester.bring(now);
    engine.take(lanes, now);
    return this;
  }

  Simulation letGo(boolean atOnce, int... lanes) {
    requester.bring(now);
    engine.letGo(lanes, atOnce, now);
    return this;
  }

  Simulation change(LoadChanges changes) {
    requester.bring(now);
    engine.change(changes, now);
    return this;
  }

  private void step(long instant) {
    now = instant;
    if (requester.nextNanos() <= now) {
      requester.happen(now);
    } else {
      requester.bring(now);
      engine.advance(now);
    }
  }

  long elapsedNanos() {
    return now - START;
  }

  /** When requests were due, in milliseconds. */
  List<Long> dueMillis() {
    return requester.sent().stream().map(sent -> millis(sent.dueNanos())).toList();
  }

  /** When requests were sent, in milliseconds. */
  List<Long> sentMillis() {
    return requester.sent().stream().map(sent -> millis(sent.beganNanos())).toList();
  }

  /** Why requests failed, in the order of their ends. */
  List<String> failures() {
    return recorder.ends()
        .stream()
        .map(CollectingRecorder.End::failure)
        .map(failure -> failure == null ? "" : failure)
        .filter(failure -> !failure.isEmpty())
        .toList();
  }

  List<CollectingRecorder.Tick> ticks() {
    return recorder.ticks();
  }

  long dropped() {
    return ticks().stream().mapToLong(CollectingRecorder.Tick::dropped).sum();
  }

  long answered() {
    return ticks().stream().mapToLong(CollectingRecorder.Tick::answered).sum();
  }

  long failed() {
    return ticks().stream().mapToLong(CollectingRecorder.Tick::failed).sum();
  }

  static long millis(long instant) {
    return (instant - START) / 1_000_000;
  }

  static long seconds(double seconds) {
    return (long) (seconds * 1e9);
  }
}
