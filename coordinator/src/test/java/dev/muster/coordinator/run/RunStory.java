package dev.muster.coordinator.run;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.Share;
import java.util.LinkedHashMap;
import java.util.List;

/** A run's rules, told what happens at which second. */
final class RunStory {

  static final RunMachine.Patience PATIENCE = new RunMachine.Patience(
      seconds(30), seconds(3), seconds(20), seconds(300));

  final RunMachine machine;
  private long nowNanos;

  /** A run of {@code lanes} lanes on workers that are called by their ids in capitals. */
  RunStory(int lanes, String... workers) {
    var names = new LinkedHashMap<String, String>();
    for (String worker : workers) {
      names.put(worker, worker.toUpperCase(java.util.Locale.ROOT));
    }
    machine = new RunMachine(lanes, names, PATIENCE);
  }

  /** A run that has just started. */
  static RunStory started(int lanes, String... workers) {
    var story = new RunStory(lanes, workers);
    story.on(new RunEvent.Began());
    for (String worker : workers) {
      story.prepared(worker);
    }
    return story;
  }

  static long seconds(double seconds) {
    return (long) (seconds * 1e9);
  }

  RunStory at(double seconds) {
    nowNanos = seconds(seconds);
    return this;
  }

  List<RunAction> on(RunEvent event) {
    return machine.on(event, nowNanos);
  }

  List<RunAction> prepared(String worker) {
    return on(new RunEvent.WorkerPrepared(worker, ""));
  }

  List<RunAction> health(String worker) {
    return on(new RunEvent.HealthReported(worker, 7, 0));
  }

  List<RunAction> snapshot(String worker, long sequence) {
    return on(new RunEvent.SnapshotStored(worker, sequence, false));
  }

  List<RunAction> last(String worker, long sequence) {
    return on(new RunEvent.SnapshotStored(worker, sequence, true));
  }

  /** An assignment of the lanes in {@code share}, and of nothing else. */
  static RunAction.Assign assign(String worker, long epoch, Share share, LaneState... takenOver) {
    return new RunAction.Assign(
        new LaneTable.Grant(
            worker, epoch, Share.ofLanes(share.lanes().sorted().toArray()), new Share(List.of()),
            List.of(takenOver)));
  }

  List<RunAction> timePasses() {
    return on(new RunEvent.TimePassed());
  }
}
