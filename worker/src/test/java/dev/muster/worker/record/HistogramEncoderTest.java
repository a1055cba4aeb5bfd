package dev.muster.worker.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class HistogramEncoderTest {

  @Test
  void what_it_writes_one_after_the_other_is_what_the_library_reads() {
    var encoder = new HistogramEncoder();
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var histogram = new Histogram(1, Histograms.MAX_MICROS, 3);
      int times = random.nextInt(300);
      for (int i = 0; i < times; i++) {
        histogram.recordValue(random.nextLong(1, 1L << random.nextInt(1, 32)));
      }

      byte[] bytes = encoder.encoded(histogram);

      assertThat(Histogram.decodeFromByteBuffer(ByteBuffer.wrap(bytes), 0)).as("seed %d", seed)
          .isEqualTo(histogram);
    }
  }
}
