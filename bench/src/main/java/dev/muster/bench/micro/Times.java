package dev.muster.bench.micro;

import com.google.protobuf.ByteString;
import dev.muster.coordinator.merge.SeriesTimes;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;

/**
 * Times as a service makes them, and their encodings. Service times are log-normal with a median of
 * 27 ms, 1 % of them around 300 ms; schedule lag has a median of 40 µs. Seeded.
 */
final class Times {

  private static final double MEDIAN_MICROS = 27_000;
  private static final double SLOW_MICROS = 300_000;
  private static final double LAG_MICROS = 40;

  private Times() {}

  static long serviceMicros(Random random) {
    double median = random.nextInt(100) == 0 ? SLOW_MICROS : MEDIAN_MICROS;
    return Math.max(1, Math.round(median * Math.exp(0.3 * random.nextGaussian())));
  }

  static long lagMicros(Random random) {
    return Math.max(1, Math.round(LAG_MICROS * Math.exp(0.6 * random.nextGaussian())));
  }

  static Histogram serviceTimes(int samples, Random random) {
    Histogram histogram = SeriesTimes.emptyHistogram();
    for (int i = 0; i < samples; i++) {
      histogram.recordValue(serviceMicros(random));
    }
    return histogram;
  }

  static ByteString encoded(Histogram histogram, Encoding encoding) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = switch (encoding) {
      case RAW -> histogram.encodeIntoByteBuffer(buffer);
      case COMPRESSED -> histogram.encodeIntoCompressedByteBuffer(buffer, Deflater.BEST_SPEED);
    };
    return ByteString.copyFrom(buffer.array(), 0, length);
  }
}
