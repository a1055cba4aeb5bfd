package dev.muster.worker.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what an engine tells, tick by tick, and refuses what comes after the last. */
final class CollectingRecorder implements Recorder {

  /** How a request ended: answered when {@code failure} is null. */
  record End(int series, @Nullable String failure, long dueNanos, long beganNanos, long endNanos) {}

  record Tick(long number, int users, int inFlight, boolean last, int sent, int dropped,
      List<End> ends) {

    long answered() {
      return ends.stream().filter(end -> end.failure() == null).count();
    }

    long failed() {
      return ends.size() - answered();
    }
  }

  private final List<Tick> ticks = new ArrayList<>();
  private List<End> ends = new ArrayList<>();
  private int sent;
  private int dropped;

  List<Tick> ticks() {
    return ticks;
  }

  List<End> ends() {
    return ticks.stream().flatMap(tick -> tick.ends().stream()).toList();
  }

  @Override
  public void sent() {
    refuseAfterTheLast();
    sent++;
  }

  @Override
  public void dropped() {
    refuseAfterTheLast();
    dropped++;
  }

  @Override
  public void answered(int series, long bodyBytes, long due, long began, long end) {
    add(new End(series, null, due, began, end));
  }

  @Override
  public void refused(
      int series, String refusal, long bodyBytes, long due, long began, long end) {
    add(new End(series, refusal, due, began, end));
  }

  @Override
  public void failed(int series, FailureKind kind, long due, long began, long end) {
    add(new End(series, kind.word(), due, began, end));
  }

  private void add(End end) {
    refuseAfterTheLast();
    ends.add(end);
  }

  @Override
  public void tickEnded(long tick, int users, int inFlight, boolean last) {
    refuseAfterTheLast();
    ticks.add(new Tick(tick, users, inFlight, last, sent, dropped, ends));
    ends = new ArrayList<>();
    sent = 0;
    dropped = 0;
  }

  private void refuseAfterTheLast() {
    if (!ticks.isEmpty() && ticks.getLast().last()) {
      throw new IllegalStateException("something comes after the last tick");
    }
  }
}
