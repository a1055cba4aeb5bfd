package dev.muster.worker.agent;

import dev.muster.plan.load.Share;
import dev.muster.v1.Health;
import dev.muster.v1.Snapshot;
import dev.muster.worker.http.LoadGenerator;
import dev.muster.worker.http.Progress;
import dev.muster.worker.record.Histograms;
import dev.muster.worker.record.LoopTick;
import java.util.ArrayList;
import java.util.List;

/** A run on this worker, from Prepare until its last snapshot is acknowledged. For the agent's thread. */
final class AssignedRun implements AutoCloseable {

  private final String id;
  private final LoadGenerator.Load load;
  private final TickAssembler assembler;
  private final SnapshotOutbox outbox = new SnapshotOutbox();
  private Share share = new Share(List.of());
  private long epoch;
  private boolean started;

  AssignedRun(String id, LoadGenerator.Load load, int eventLoops, Histograms histograms) {
    this.id = id;
    this.load = load;
    this.assembler = new TickAssembler(id, load.script().series(), eventLoops, histograms);
  }

  String id() {
    return id;
  }

  SnapshotOutbox outbox() {
    return outbox;
  }

  void assign(long newEpoch, Share newShare) {
    if (newEpoch > epoch && !started) {
      epoch = newEpoch;
      share = newShare;
    }
  }

  /** Starts the load, once; {@code startNanos} on the scale of {@link System#nanoTime}. */
  void start(long startNanos, LoadGenerator.Sink sink) {
    if (!started) {
      started = true;
      load.start(share, startNanos, sink);
    }
  }

  boolean isStarted() {
    return started;
  }

  void stop(long drainNanos) {
    load.stop(drainNanos);
  }

  /** Takes a tick of an event loop and returns the snapshots that it completes. */
  List<Snapshot> add(int loop, LoopTick tick) {
    assembler.add(loop, tick);
    var snapshots = new ArrayList<Snapshot>();
    for (var next = assembler.next(); next.isPresent(); next = assembler.next()) {
      snapshots.add(outbox.add(next.get()));
    }
    return snapshots;
  }

  Health health() {
    Progress progress = load.progress();
    return Health.newBuilder()
        .setRunId(id)
        .setSent(progress.sent())
        .setEnded(progress.ended())
        .setUsers(progress.users())
        .build();
  }

  @Override
  public void close() {
    load.close();
  }
}
