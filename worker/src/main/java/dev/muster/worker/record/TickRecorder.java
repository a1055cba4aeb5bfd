package dev.muster.worker.record;

import dev.muster.plan.load.LaneState;
import dev.muster.worker.engine.FailureKind;
import dev.muster.worker.engine.Iterations;
import dev.muster.worker.engine.Recorder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one event loop measures and hands it over when a tick ends. It cannot be told of a
 * request without the instant at which it was due, so no answer is measured from a late start only.
 */
public final class TickRecorder implements Recorder {

  private record FailureKey(int series, String kind) {}

  private final Histograms histograms;
  private final Consumer<LoopTick> sink;
  private final Consumer<List<LaneState>> gone;
  private final @Nullable Times[] answered;
  private final @Nullable Times[] failed;
  private final Map<FailureKey, Long> failures = new LinkedHashMap<>();
  private LoopTick.Phases phases;
  private Iterations begun = Iterations.NONE;
  private long sent;
  private long dropped;

  /** A recorder of a load whose lanes stay; the rest as in the other constructor. */
  public TickRecorder(int series, Histograms histograms, Consumer<LoopTick> sink) {
    this(series, histograms, sink, lanes -> {
      throw new IllegalStateException(lanes + " were not to go");
    });
  }

  /**
   * A recorder for {@code series} series.
   *
   * @param sink receives each tick, on the event loop's thread
   * @param gone receives lanes that go to other workers, on the event loop's thread
   */
  public TickRecorder(
      int series, Histograms histograms, Consumer<LoopTick> sink,
      Consumer<List<LaneState>> gone) {
    this.histograms = histograms;
    this.sink = sink;
    this.gone = gone;
    this.answered = new Times[series];
    this.failed = new Times[series];
    this.phases = LoopTick.Phases.from(histograms);
  }

  @Override
  public void sent() {
    sent++;
  }

  @Override
  public void dropped() {
    dropped++;
  }

  @Override
  public void answered(
      int series, long bodyBytes, long due, long began, long written, long end) {
    recordWritten(answered, series, bodyBytes, due, began, written, end);
  }

  @Override
  public void refused(
      int series, String refusal, long bodyBytes, long due, long began, long written, long end) {
    recordWritten(failed, series, bodyBytes, due, began, written, end);
    failures.merge(new FailureKey(series, refusal), 1L, Long::sum);
  }

  @Override
  public void failed(
      int series, FailureKind kind, long due, long began, long written, long end) {
    recordWritten(failed, series, 0, due, began, written, end);
    failures.merge(new FailureKey(series, kind.word()), 1L, Long::sum);
  }

  @Override
  public void failedUnwritten(int series, FailureKind kind, long due, long began, long end) {
    record(failed, series, 0, due, began, end);
    failures.merge(new FailureKey(series, kind.word()), 1L, Long::sum);
  }

  @Override
  public void connected(long began, long end) {
    Histograms.record(phases.connectTime(), end - began);
  }

  @Override
  public void secured(long began, long end) {
    Histograms.record(phases.tlsTime(), end - began);
  }

  @Override
  public void firstByte(long written, long firstByte) {
    Histograms.record(phases.timeToFirstByte(), firstByte - written);
  }

  @Override
  public void gone(List<LaneState> lanes) {
    gone.accept(lanes);
  }

  @Override
  public void begun(Iterations iterations) {
    begun = iterations;
  }

  @Override
  public void tickEnded(long tick, int users, int inFlight, boolean last) {
    var series = new ArrayList<LoopTick.SeriesTick>();
    for (int index = 0; index < answered.length; index++) {
      take(answered, index, true, series);
      take(failed, index, false, series);
    }
    List<LoopTick.FailureCount> failureCounts = failures.entrySet()
        .stream()
        .map(
            entry -> new LoopTick.FailureCount(
                entry.getKey().series(), entry.getKey().kind(), entry.getValue()))
        .toList();
    failures.clear();
    sink.accept(
        new LoopTick(
            tick, last, users, sent, dropped, inFlight, series, failureCounts, phases, begun));
    begun = Iterations.NONE;
    phases = LoopTick.Phases.from(histograms);
    sent = 0;
    dropped = 0;
  }

  private void recordWritten(
      @Nullable Times[] times, int series, long bodyBytes, long due, long began, long written,
      long end) {
    Times into = record(times, series, bodyBytes, due, began, end);
    Histograms.record(into.serviceTime, end - written);
  }

  private Times record(
      @Nullable Times[] times, int series, long bodyBytes, long due, long began, long end) {
    Times into = times[series];
    if (into == null) {
      into = new Times(histograms.take(), histograms.take(), histograms.take());
      times[series] = into;
    }
    into.bodyBytes += bodyBytes;
    Histograms.record(into.responseTime, end - due);
    Histograms.record(into.scheduleLag, began - due);
    return into;
  }

  private static void take(
      @Nullable Times[] from, int index, boolean outcome, List<LoopTick.SeriesTick> into) {
    Times times = from[index];
    if (times != null) {
      into.add(
          new LoopTick.SeriesTick(
              index, outcome, times.bodyBytes, times.responseTime, times.serviceTime,
              times.scheduleLag));
      from[index] = null;
    }
  }

  private static final class Times {

    private final Histogram responseTime;
    private final Histogram serviceTime;
    private final Histogram scheduleLag;
    private long bodyBytes;

    Times(Histogram responseTime, Histogram serviceTime, Histogram scheduleLag) {
      this.responseTime = responseTime;
      this.serviceTime = serviceTime;
      this.scheduleLag = scheduleLag;
    }
  }
}
