package dev.muster.worker.agent;

import dev.muster.plan.RunPlan;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChanges;
import dev.muster.plan.load.Share;
import dev.muster.v1.Health;
import dev.muster.v1.Snapshot;
import dev.muster.worker.health.GeneratorMeter;
import dev.muster.worker.http.LoadGenerator;
import dev.muster.worker.http.Progress;
import dev.muster.worker.record.Histograms;
import dev.muster.worker.record.LoopTick;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A run's load on this worker, and what is measured of it. For the agent's thread. */
final class AssignedRun implements AutoCloseable {

  private final String id;
  private final LoadGenerator generator;
  private final LoadGenerator.Load load;
  private final TickAssembler assembler;
  private @Nullable GeneratorMeter meter;

  AssignedRun(String id, LoadGenerator generator, RunPlan run, Histograms histograms) {
    this.id = id;
    this.generator = generator;
    this.load = generator.prepare(run);
    this.assembler = new TickAssembler(
        id, load.script().series(), generator.eventLoops(), histograms);
  }

  String id() {
    return id;
  }

  /** Starts the load; {@code startNanos} on the scale of {@link System#nanoTime}. */
  void begin(
      long startNanos, List<Integer> lanes, LoadGenerator.Sink sink,
      Consumer<List<LaneState>> left) {
    meter = generator.meter(startNanos);
    load.start(
        Share.ofLanes(lanes.stream().mapToInt(Integer::intValue).toArray()), startNanos, sink,
        left);
  }

  void take(List<LaneState> lanes) {
    load.take(lanes);
  }

  void letGo(List<Integer> lanes, boolean atOnce) {
    load.letGo(lanes, atOnce);
  }

  void change(LoadChanges changes) {
    load.change(changes);
  }

  void stop(long drainNanos) {
    load.stop(drainNanos);
  }

  /** Takes a tick of an event loop and returns the snapshots that it completes, which have no number. */
  List<Snapshot.Builder> add(int loop, LoopTick tick) {
    assembler.add(loop, tick);
    var snapshots = new ArrayList<Snapshot.Builder>();
    for (var next = assembler.next(); next.isPresent(); next = assembler.next()) {
      Snapshot.Builder snapshot = next.get();
      if (meter != null) {
        snapshot.setGenerator(
            GeneratorMessage.of(meter.tick(snapshot.getTick(), snapshot.getLast())));
      }
      snapshots.add(snapshot);
    }
    return snapshots;
  }

  /** How far the load is; {@code epoch} of the newest assignment that was acted on. */
  Health health(long epoch) {
    Progress progress = load.progress();
    return Health.newBuilder()
        .setRunId(id)
        .setSent(progress.sent())
        .setEnded(progress.ended())
        .setUsers(progress.users())
        .setEpoch(epoch)
        .build();
  }

  @Override
  public void close() {
    load.close();
    if (meter != null) {
      meter.close();
    }
  }
}
