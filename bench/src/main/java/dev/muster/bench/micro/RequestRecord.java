package dev.muster.bench.micro;

import dev.muster.coordinator.merge.SeriesTimes;
import dev.muster.worker.record.Histograms;
import dev.muster.worker.record.TickRecorder;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A request has been answered: its four times are counted. Beside it, one time in one histogram. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RequestRecord {

  private static final int DIFFERENT = 4_096;

  private final Histograms histograms = new Histograms();
  private final TickRecorder recorder = new TickRecorder(1, histograms, _ -> {});
  private final Histogram histogram = SeriesTimes.emptyHistogram();
  private final long[] began = new long[DIFFERENT];
  private final long[] end = new long[DIFFERENT];
  private int next;

  @Setup
  public void setUp() {
    var random = new Random(7);
    for (int i = 0; i < DIFFERENT; i++) {
      began[i] = 1_000 * Times.lagMicros(random);
      end[i] = began[i] + 1_000 * Times.serviceMicros(random);
    }
  }

  @Benchmark
  public void answered() {
    int i = next++ & (DIFFERENT - 1);
    recorder.answered(0, 800, 0, began[i], began[i], end[i]);
    recorder.firstByte(began[i], end[i]);
  }

  @Benchmark
  public void oneTime() {
    histogram.recordValue(end[next++ & (DIFFERENT - 1)] / 1_000);
  }
}
