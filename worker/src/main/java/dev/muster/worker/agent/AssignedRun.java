package dev.muster.worker.agent;

import dev.muster.plan.RunPlan;
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
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A run on this worker, from Prepare until its last snapshot is acknowledged. For the agent's thread. */
final class AssignedRun implements AutoCloseable {

  private final String id;
  private final LoadGenerator generator;
  private final LoadGenerator.Load load;
  private final TickAssembler assembler;
  private final SnapshotOutbox outbox = new SnapshotOutbox();
  private final CompletableFuture<Void> ready;
  private Share share = new Share(List.of());
  private long epoch;
  private @Nullable GeneratorMeter meter;

  /** A run that can begin when {@code ready} is done. */
  AssignedRun(
      String id, LoadGenerator generator, RunPlan run, Histograms histograms,
      CompletableFuture<Void> ready) {
    this.id = id;
    this.ready = ready;
    this.generator = generator;
    this.load = generator.prepare(run);
    this.assembler = new TickAssembler(
        id, load.script().series(), generator.eventLoops(), histograms);
  }

  String id() {
    return id;
  }

  /** Is done when the worker has nothing more to do for it before its start. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  SnapshotOutbox outbox() {
    return outbox;
  }

  void assign(long newEpoch, Share newShare) {
    if (newEpoch > epoch && !isStarted()) {
      epoch = newEpoch;
      share = newShare;
    }
  }

  /** Starts the load, once; {@code startNanos} on the scale of {@link System#nanoTime}. */
  void start(long startNanos, LoadGenerator.Sink sink) {
    if (meter == null) {
      meter = generator.meter(startNanos);
      load.start(share, startNanos, sink);
    }
  }

  boolean isStarted() {
    return meter != null;
  }

  void stop(long drainNanos) {
    load.stop(drainNanos);
  }

  /** Takes a tick of an event loop and returns the snapshots that it completes. */
  List<Snapshot> add(int loop, LoopTick tick) {
    assembler.add(loop, tick);
    var snapshots = new ArrayList<Snapshot>();
    for (var next = assembler.next(); next.isPresent(); next = assembler.next()) {
      Snapshot.Builder snapshot = next.get();
      if (meter != null) {
        snapshot.setGenerator(
            GeneratorMessage.of(meter.tick(snapshot.getTick(), snapshot.getLast())));
      }
      snapshots.add(outbox.add(snapshot));
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
    if (meter != null) {
      meter.close();
    }
  }
}
