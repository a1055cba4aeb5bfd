package dev.muster.bench.micro;

import dev.muster.coordinator.merge.SnapshotCheck;
import dev.muster.coordinator.store.Store;
import dev.muster.coordinator.store.Store.WorkerSnapshot;
import dev.muster.coordinator.store.StoredExperiment;
import dev.muster.coordinator.store.StoredRun;
import dev.muster.coordinator.store.UnendedExperiment;
import dev.muster.plan.load.LoadSize;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.RunState;
import dev.muster.v1.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A batch of snapshots of 20 series is stored, in one transaction that survives a power cut. The file is
 * in the folder for temporary files; name one on the disk that matters with {@code -Djava.io.tmpdir}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up.
public class StoreAdd {

  private static final String RUN = "three_tier-20261125-103000/1500";

  @Param({"1", "100", "1000"})
  public int batch;

  @Param({"100", "1000"})
  public int samples;

  private Path folder;
  private Store store;
  private Snapshot[] snapshots;
  private List<WorkerSnapshot> nextBatch;
  private long sequence;

  @Setup
  public void setUp() throws IOException {
    folder = Files.createTempDirectory("muster-bench");
    store = Store.open(folder.resolve("muster.db"));
    store.add(
        new StoredExperiment("x", "three_tier", "plan.yaml", "", List.of(), "locust-2", 0),
        new UnendedExperiment("x", PlanDocument.getDefaultInstance(), 0, 0, false),
        List.of(
            new StoredRun(
                RUN, "x", 0, "three_tier_1500", new LoadSize.Users(1_500),
                RunState.RUN_STATE_RUNNING, 0, 0, 0)));
    byte[][] messages = Snapshots.encoded(batch, samples, Encoding.RAW);
    snapshots = new Snapshot[batch];
    for (int i = 0; i < batch; i++) {
      snapshots[i] = Snapshot.parseFrom(messages[i]);
    }
  }

  @Setup(Level.Invocation)
  public void makeBatch() {
    sequence++;
    nextBatch = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      Snapshot snapshot = snapshots[i].toBuilder()
          .setSequence(sequence)
          .setTick(sequence - 1)
          .build();
      nextBatch.add(new WorkerSnapshot(Snapshots.worker(i), SnapshotCheck.checked(snapshot)));
    }
  }

  @Benchmark
  public List<WorkerSnapshot> add() {
    return store.add(nextBatch);
  }

  @TearDown
  public void tearDown() throws IOException {
    store.close();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
