package dev.muster.bench.micro;

import dev.muster.worker.record.HistogramEncoder;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A worker's histogram is made ready to travel; a snapshot has three for each series. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up.
public class SnapshotEncode {

  @Param({"100", "1000"})
  public int samples;

  private final HistogramEncoder encoder = new HistogramEncoder();
  private Histogram histogram;
  private ByteBuffer scratch;

  @Setup
  public void setUp() {
    histogram = Times.serviceTimes(samples, new Random(7));
    scratch = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
  }

  @Benchmark
  public byte[] raw() {
    return encoder.encoded(histogram);
  }

  /** As it was before. */
  @Benchmark
  public byte[] compressed() {
    scratch.clear();
    byte[] bytes = new byte[histogram.encodeIntoCompressedByteBuffer(scratch, Deflater.BEST_SPEED)];
    scratch.get(0, bytes);
    return bytes;
  }
}
