package dev.muster.bench.micro;

import com.google.protobuf.ByteString;
import dev.muster.coordinator.merge.EncodedTimes;
import dev.muster.coordinator.merge.SeriesTimes;
import dev.muster.coordinator.merge.TimeCounts;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/** Reads one encoded histogram and adds it to a sum: our walk, and the library's decode and add. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up.
public class SeriesMerge {

  private static final int DIFFERENT = 64;

  @Param({"100", "1000"})
  public int samples;

  @Param({"RAW", "COMPRESSED"})
  public Encoding encoding;

  private final TimeCounts counts = new TimeCounts();
  private final Histogram sum = SeriesTimes.emptyHistogram();
  private ByteString[] bytes;
  private EncodedTimes[] checked;
  private int next;

  @Setup
  public void setUp() {
    var random = new Random(7);
    bytes = new ByteString[DIFFERENT];
    checked = new EncodedTimes[DIFFERENT];
    for (int i = 0; i < DIFFERENT; i++) {
      bytes[i] = Times.encoded(Times.serviceTimes(samples, random), encoding);
      checked[i] = EncodedTimes.of(bytes[i]);
    }
  }

  @Benchmark
  public EncodedTimes check() {
    return EncodedTimes.of(bytes[next++ & (DIFFERENT - 1)]);
  }

  @Benchmark
  public TimeCounts add() {
    counts.add(checked[next++ & (DIFFERENT - 1)]);
    return counts;
  }

  @Benchmark
  public Histogram libraryDecodeAndAdd() throws DataFormatException {
    var buffer = bytes[next++ & (DIFFERENT - 1)].asReadOnlyByteBuffer();
    sum.add(switch (encoding) {
      case RAW -> Histogram.decodeFromByteBuffer(buffer, 0);
      case COMPRESSED -> Histogram.decodeFromCompressedByteBuffer(buffer, 0);
    });
    return sum;
  }
}
