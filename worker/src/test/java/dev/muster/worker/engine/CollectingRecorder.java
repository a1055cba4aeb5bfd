package dev.muster.worker.engine;

import dev.muster.plan.load.LaneState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps what an engine tells, tick by tick, and refuses what comes after the last. */
final class CollectingRecorder implements Recorder {

  /** How a request ended: answered when {@code failure} is null. */
  record End(int series, @Nullable String failure, long dueNanos, long beganNanos,
      @Nullable Long writtenNanos, long endNanos) {}

  /** From one instant to another. */
  record Span(long beganNanos, long endNanos) {}

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
  private final List<Span> connects = new ArrayList<>();
  private final List<Span> handshakes = new ArrayList<>();
  private final List<Span> firstBytes = new ArrayList<>();
  private final List<LaneState> gone = new ArrayList<>();

  /** By lane, what users have begun. */
  private final Map<Integer, Long> newest = new HashMap<>();

  private List<End> ends = new ArrayList<>();
  private int sent;
  private int dropped;

  /** The lanes that have gone since the last call. */
  List<LaneState> takeGone() {
    List<LaneState> taken = List.copyOf(gone);
    gone.clear();
    return taken;
  }

  /** The newest iteration that the user of a lane has told of; −1 before the first. */
  long newest(int lane) {
    return newest.getOrDefault(lane, -1L);
  }

  List<Tick> ticks() {
    return ticks;
  }

  List<End> ends() {
    return ticks.stream().flatMap(tick -> tick.ends().stream()).toList();
  }

  /** Tells another recorder of all that was answered, and of all parts. */
  void tell(Recorder other) {
    for (End end : ends()) {
      if (end.failure() == null && end.writtenNanos() != null) {
        other.answered(
            end.series(), 0, end.dueNanos(), end.beganNanos(), end.writtenNanos(),
            end.endNanos());
      }
    }
    connects.forEach(connect -> other.connected(connect.beganNanos(), connect.endNanos()));
    handshakes.forEach(handshake -> other.secured(handshake.beganNanos(), handshake.endNanos()));
    firstBytes.forEach(first -> other.firstByte(first.beganNanos(), first.endNanos()));
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
  public void answered(
      int series, long bodyBytes, long due, long began, long written, long end) {
    add(new End(series, null, due, began, written, end));
  }

  @Override
  public void refused(
      int series, String refusal, long bodyBytes, long due, long began, long written, long end) {
    add(new End(series, refusal, due, began, written, end));
  }

  @Override
  public void failed(
      int series, FailureKind kind, long due, long began, long written, long end) {
    add(new End(series, kind.word(), due, began, written, end));
  }

  @Override
  public void failedUnwritten(int series, FailureKind kind, long due, long began, long end) {
    add(new End(series, kind.word(), due, began, null, end));
  }

  @Override
  public void connected(long began, long end) {
    refuseAfterTheLast();
    connects.add(new Span(began, end));
  }

  @Override
  public void secured(long began, long end) {
    refuseAfterTheLast();
    handshakes.add(new Span(began, end));
  }

  @Override
  public void firstByte(long written, long firstByte) {
    refuseAfterTheLast();
    firstBytes.add(new Span(written, firstByte));
  }

  private void add(End end) {
    refuseAfterTheLast();
    ends.add(end);
  }

  @Override
  public void gone(List<LaneState> lanes) {
    refuseAfterTheLast();
    gone.addAll(lanes);
  }

  @Override
  public void begun(Iterations iterations) {
    refuseAfterTheLast();
    for (int place = 0; place < iterations.size(); place++) {
      newest.merge(iterations.lane(place), iterations.newest(place), Math::max);
    }
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
