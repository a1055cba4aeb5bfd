package dev.muster.bench.micro;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.coordinator.merge.CheckedSnapshot;
import dev.muster.coordinator.merge.MergedTick;
import dev.muster.coordinator.merge.Merger;
import dev.muster.coordinator.merge.SeriesTimes;
import dev.muster.coordinator.merge.SnapshotCheck;
import dev.muster.coordinator.merge.WorkerTally;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a coordinator does with one snapshot of 20 series, of 1,000 workers in turn. When all have had
 * their turn the tick is final and turned into histograms; that is in the time, a thousandth of it each.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up.
public class SnapshotArrival {

  private static final int WORKERS = 1_000;
  private static final int DIFFERENT = 100;
  private static final List<String> NAMES = IntStream.range(0, WORKERS)
      .mapToObj(Snapshots::worker)
      .toList();

  @Param({"100", "1000"})
  public int samples;

  @Param({"RAW", "COMPRESSED"})
  public Encoding encoding;

  private byte[][] messages;
  private Snapshot[] parsed;
  private CheckedSnapshot[] checked;
  private Merger merger;
  private WorkerTally tally;
  private Map<String, Histogram[]> sums;
  private int next;

  @Setup
  public void setUp() throws InvalidProtocolBufferException {
    messages = Snapshots.encoded(DIFFERENT, samples, encoding);
    parsed = new Snapshot[DIFFERENT];
    checked = new CheckedSnapshot[DIFFERENT];
    for (int i = 0; i < DIFFERENT; i++) {
      parsed[i] = Snapshot.parseFrom(messages[i]);
      checked[i] = SnapshotCheck.checked(parsed[i]);
    }
    merger = new Merger(NAMES);
    tally = new WorkerTally("a");
    sums = new HashMap<>();
  }

  private int turn() {
    int turn = next;
    next = (next + 1) % WORKERS;
    return turn;
  }

  /** What gRPC does with the bytes. */
  @Benchmark
  public Snapshot parse() throws InvalidProtocolBufferException {
    return Snapshot.parseFrom(messages[turn() % DIFFERENT]);
  }

  /** The check, on one of gRPC's threads. */
  @Benchmark
  public CheckedSnapshot check() {
    return SnapshotCheck.checked(parsed[turn() % DIFFERENT]);
  }

  /** The merging, on the coordinator's thread. */
  @Benchmark
  public Optional<MergedTick> merge() {
    int turn = turn();
    return merged(turn, checked[turn % DIFFERENT]);
  }

  /** The tally of a worker, when results are written. */
  @Benchmark
  public WorkerTally tally() {
    tally.add(checked[turn() % DIFFERENT]);
    return tally;
  }

  /** Check and merge together: all that arrival costs but the parsing and the store. */
  @Benchmark
  public Optional<MergedTick> checkAndMerge() {
    int turn = turn();
    return merged(turn, SnapshotCheck.checked(parsed[turn % DIFFERENT]));
  }

  private Optional<MergedTick> merged(int worker, CheckedSnapshot snapshot) {
    merger.add(NAMES.get(worker), snapshot);
    Optional<MergedTick> tick = merger.nextFinal();
    if (tick.isPresent()) {
      merger = new Merger(NAMES);
    }
    return tick;
  }

  /** As it was before: every histogram decoded for the check, and again for the sum. */
  @Benchmark
  public Map<String, Histogram[]> libraryCheckAndMerge() throws DataFormatException {
    Snapshot snapshot = parsed[turn() % DIFFERENT];
    for (Series series : snapshot.getSeriesList()) {
      boolean agree = decoded(series.getResponseTime()).getTotalCount() == series.getCount()
          && decoded(series.getServiceTime()).getTotalCount() == series.getCount()
          && decoded(series.getScheduleLag()).getTotalCount() == series.getCount();
      if (!agree) {
        throw new IllegalStateException("the snapshots are not what they should be");
      }
    }
    for (Series series : snapshot.getSeriesList()) {
      Histogram[] sum = sums.computeIfAbsent(
          series.getName(),
          _ -> new Histogram[]{
              SeriesTimes.emptyHistogram(), SeriesTimes.emptyHistogram(),
              SeriesTimes.emptyHistogram()});
      sum[0].add(decoded(series.getResponseTime()));
      sum[1].add(decoded(series.getServiceTime()));
      sum[2].add(decoded(series.getScheduleLag()));
    }
    return sums;
  }

  private Histogram decoded(ByteString bytes) throws DataFormatException {
    var buffer = bytes.asReadOnlyByteBuffer();
    return switch (encoding) {
      case RAW -> Histogram.decodeFromByteBuffer(buffer, 0);
      case COMPRESSED -> Histogram.decodeFromCompressedByteBuffer(buffer, 0);
    };
  }
}
