package dev.muster.coordinator.rpc;

import dev.muster.coordinator.merge.CheckedSnapshot;
import dev.muster.coordinator.merge.MergedTick;
import dev.muster.coordinator.merge.Merger;
import dev.muster.coordinator.merge.SeriesKey.Outcome;
import dev.muster.coordinator.merge.SeriesTimes;
import dev.muster.v1.Progress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What is merged of a run while it goes on, for those who follow it. It goes on without a worker that is
 * many ticks behind the others; results do not. For the coordinator's thread.
 */
final class LiveView {

  /** Longer than any worker that is heard of is late; a tick of 20 series takes some 5 MB. */
  private static final int MOST_OPEN_TICKS = 10;

  private final String runId;
  private final Merger merger;
  private final Map<String, Long> sentByWorker = new HashMap<>();
  private final Map<String, Long> droppedByWorker = new HashMap<>();
  private final Histogram responseTime = SeriesTimes.emptyHistogram();
  private long quickestMicros;
  private long sent;
  private long answered;
  private long failed;
  private long dropped;

  LiveView(String runId, Collection<String> workers) {
    this.runId = runId;
    this.merger = new Merger(workers, MOST_OPEN_TICKS);
  }

  /** Takes a snapshot that was not taken before. */
  void add(String worker, CheckedSnapshot snapshot) {
    sentByWorker.merge(worker, snapshot.message().getSent(), Long::sum);
    droppedByWorker.merge(worker, snapshot.message().getDropped(), Long::sum);
    merger.add(worker, snapshot);
  }

  /** Counts on another worker too, which delivers from {@code tick} on, or somewhat later. */
  void letIn(String worker, long tick) {
    merger.letIn(worker, tick);
  }

  /** The tick with which a worker began, as far as is known. */
  long firstTick(String worker) {
    return merger.firstTick(worker);
  }

  void giveUp(String worker) {
    merger.giveUp(worker);
  }

  void countOnAgain(String worker) {
    merger.countOnAgain(worker);
  }

  /** The requests in a worker's snapshots. */
  long sentBy(String worker) {
    return sentByWorker.getOrDefault(worker, 0L);
  }

  /** The arrivals that were dropped, in a worker's snapshots. */
  long droppedBy(String worker) {
    return droppedByWorker.getOrDefault(worker, 0L);
  }

  /** A time that every request so far took from the begin of work on it; 0 before the first. */
  long quickestNanos() {
    return quickestMicros * 1_000;
  }

  /** The next tick that has become final, as progress to tell. */
  Optional<Progress> nextProgress() {
    return merger.nextFinal().map(this::progress);
  }

  private Progress progress(MergedTick tick) {
    var ofTick = SeriesTimes.emptyHistogram();
    long answeredNow = 0;
    long failedNow = 0;
    for (var entry : tick.series().entrySet()) {
      SeriesTimes times = entry.getValue();
      ofTick.add(times.responseTime());
      noteQuickest(times);
      if (entry.getKey().outcome() == Outcome.ANSWERED) {
        answeredNow += times.count();
      } else {
        failedNow += times.count();
      }
    }
    responseTime.add(ofTick);
    sent += tick.sent();
    answered += answeredNow;
    failed += failedNow;
    dropped += tick.dropped();
    return Progress.newBuilder()
        .setRunId(runId)
        .setTick(tick.tick())
        .setUsers(tick.users())
        .setSent(tick.sent())
        .setAnswered(answeredNow)
        .setFailed(failedNow)
        .setInFlight(tick.inFlight())
        .setTotalSent(sent)
        .setTotalAnswered(answered)
        .setTotalFailed(failed)
        .setTotalDropped(dropped)
        .setP50Micros(percentile(ofTick, 50))
        .setP99Micros(percentile(ofTick, 99))
        .setTotalP50Micros(percentile(responseTime, 50))
        .setTotalP99Micros(percentile(responseTime, 99))
        .build();
  }

  /**
   * A request takes at least its service time. Where some were never written it takes at least the least
   * response time but for the most lag.
   */
  private void noteQuickest(SeriesTimes times) {
    if (times.count() > 0) {
      long least = times.serviceTime().getTotalCount() == times.count()
          ? times.serviceTime().getMinValue()
          : times.responseTime().getMinValue() - times.scheduleLag().getMaxValue();
      least = Math.max(1, least);
      quickestMicros = quickestMicros == 0 ? least : Math.min(quickestMicros, least);
    }
  }

  private static long percentile(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile);
  }
}
