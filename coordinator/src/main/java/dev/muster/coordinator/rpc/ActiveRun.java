package dev.muster.coordinator.rpc;

import dev.muster.coordinator.merge.MergedTick;
import dev.muster.coordinator.merge.Merger;
import dev.muster.coordinator.merge.SeriesKey.Outcome;
import dev.muster.coordinator.merge.SeriesTimes;
import dev.muster.coordinator.run.RunAction;
import dev.muster.coordinator.run.RunEvent;
import dev.muster.coordinator.run.RunMachine;
import dev.muster.coordinator.store.StoredRun;
import dev.muster.plan.RunPlan;
import dev.muster.v1.Progress;
import dev.muster.v1.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** The run that is going on: its rules, and what is merged of it so far. For the coordinator's thread. */
final class ActiveRun {

  private final StoredRun stored;
  private final RunPlan plan;
  private final RunMachine machine;
  private final Merger merger;
  private final Map<String, String> names;
  private final Map<String, Long> sentInSnapshots = new HashMap<>();
  private final Histogram responseTime = SeriesTimes.emptyHistogram();
  private long sent;
  private long answered;
  private long failed;

  /** @param names of the workers, by id, in the order in which they share the lanes */
  ActiveRun(
      StoredRun stored, RunPlan plan, Map<String, String> names, RunMachine.Patience patience) {
    this.stored = stored;
    this.plan = plan;
    this.names = names;
    this.machine = new RunMachine(plan.users(), List.copyOf(names.keySet()), patience);
    this.merger = new Merger(names.keySet());
  }

  String id() {
    return stored.id();
  }

  StoredRun stored() {
    return stored;
  }

  RunPlan plan() {
    return plan;
  }

  RunMachine machine() {
    return machine;
  }

  String nameOf(String worker) {
    return names.getOrDefault(worker, worker);
  }

  List<RunAction> on(RunEvent event, long nowNanos) {
    return machine.on(event, nowNanos);
  }

  /** Takes a snapshot that is stored and was not before. */
  void add(String worker, Snapshot snapshot) {
    sentInSnapshots.merge(worker, snapshot.getSent(), Long::sum);
    merger.add(worker, snapshot);
  }

  void giveUp(String worker) {
    merger.giveUp(worker);
  }

  /**
   * An upper bound of the requests that a worker sent beyond those in its snapshots: what it last
   * reported, and from then on as many as its users can send when each answer is as quick as the
   * quickest.
   *
   * @param silentNanos since it last reported
   */
  long unknownSent(String worker, long silentNanos) {
    long reported = machine.reportedSent(worker)
        - sentInSnapshots.getOrDefault(worker, 0L);
    long users = Optional.ofNullable(machine.shares().get(worker))
        .map(share -> (long) share.size())
        .orElse(0L);
    double cycle = plan.leastNanosPerRequest() + Math.max(1, responseTime.getMinNonZeroValue())
        * 1e3;
    return Math.max(0, reported) + (long) Math.ceil(users * (1 + silentNanos / cycle));
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
      ofTick.add(entry.getValue().responseTime());
      if (entry.getKey().outcome() == Outcome.ANSWERED) {
        answeredNow += entry.getValue().count();
      } else {
        failedNow += entry.getValue().count();
      }
    }
    responseTime.add(ofTick);
    sent += tick.sent();
    answered += answeredNow;
    failed += failedNow;
    return Progress.newBuilder()
        .setRunId(id())
        .setTick(tick.tick())
        .setUsers(tick.users())
        .setSent(tick.sent())
        .setAnswered(answeredNow)
        .setFailed(failedNow)
        .setInFlight(tick.inFlight())
        .setTotalSent(sent)
        .setTotalAnswered(answered)
        .setTotalFailed(failed)
        .setP50Micros(percentile(ofTick, 50))
        .setP99Micros(percentile(ofTick, 99))
        .setTotalP50Micros(percentile(responseTime, 50))
        .setTotalP99Micros(percentile(responseTime, 99))
        .build();
  }

  private static long percentile(Histogram histogram, double percentile) {
    return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile);
  }
}
