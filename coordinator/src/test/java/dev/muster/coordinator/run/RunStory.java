package dev.muster.coordinator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.Share;
import java.util.LinkedHashMap;
import java.util.List;

/** A run's rules, told what happens at which second. */
final class RunStory {

  static final RunMachine.Patience PATIENCE = new RunMachine.Patience(
      seconds(30), seconds(3), seconds(10), seconds(20), seconds(300));

  final RunMachine machine;
  private long nowNanos;
  private boolean asksToSave;

  /** A run of {@code lanes} lanes on workers that are called by their ids in capitals. */
  RunStory(int lanes, String... workers) {
    var names = new LinkedHashMap<String, String>();
    for (String worker : workers) {
      names.put(worker, worker.toUpperCase(java.util.Locale.ROOT));
    }
    machine = new RunMachine(lanes, names, PATIENCE);
  }

  private RunStory(RunMachine machine) {
    this.machine = machine;
  }

  /** The same run, as another process goes on with it ten seconds after its start. */
  RunStory resumed() {
    var story = new RunStory(RunMachine.of(machine.saved(), PATIENCE));
    assertThat(story.on(new RunEvent.Resumed(seconds(10)))).isEmpty();
    return story;
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

  long nowNanos() {
    return nowNanos;
  }

  RunStory at(double seconds) {
    nowNanos = seconds(seconds);
    return this;
  }

  /** What is to be done, save that all of it is to be saved first. */
  List<RunAction> on(RunEvent event) {
    List<RunAction> actions = machine.on(event, nowNanos);
    asksToSave = actions.contains(new RunAction.Save());
    assertThat(actions.lastIndexOf(new RunAction.Save())).isLessThanOrEqualTo(0);
    return asksToSave ? actions.subList(1, actions.size()) : actions;
  }

  /** Whether what was last said is to be saved before anything is done about it. */
  boolean asksToSave() {
    return asksToSave;
  }

  List<RunAction> isBack(String worker) {
    return on(new RunEvent.LinkIsBack(worker, 0));
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
