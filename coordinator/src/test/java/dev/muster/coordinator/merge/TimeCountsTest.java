package dev.muster.coordinator.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class TimeCountsTest {

  @Test
  void the_sum_of_many_is_what_the_library_adds_up_to() {
    for (long seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var counts = new TimeCounts();
      var sum = SeriesTimes.emptyHistogram();
      int histograms = random.nextInt(20);
      for (int i = 0; i < histograms; i++) {
        Histogram histogram = RandomTimes.histogram(withoutHugeCounts(random));
        sum.add(histogram);
        counts.add(
            EncodedTimes.of(
                random.nextBoolean()
                    ? SampleSnapshots.encoded(histogram)
                    : SampleSnapshots.compressed(histogram)));
      }

      assertThat(counts.histogram()).as("seed %d", seed).isEqualTo(sum);
      assertThat(counts.total()).as("seed %d", seed).isEqualTo(sum.getTotalCount());
      assertThat(LatencyStats.of(counts.histogram())).as("seed %d", seed)
          .isEqualTo(LatencyStats.of(sum));
    }
  }

  @Test
  void a_percentile_is_the_librarys_but_for_the_end_of_its_bucket() {
    for (long seed = 0; seed < 300; seed++) {
      Histogram histogram = RandomTimes.histogram(withoutHugeCounts(new Random(seed)));
      var counts = new TimeCounts();
      counts.add(EncodedTimes.of(SampleSnapshots.encoded(histogram)));

      for (double percent : new double[]{0, 50, 99, 100}) {
        assertThat(counts.microsAt(percent)).as("seed %d, %f %%", seed, percent)
            .isEqualTo(
                histogram.lowestEquivalentValue(histogram.getValueAtPercentile(percent)));
      }
    }
  }

  private static long withoutHugeCounts(Random random) {
    long seed = random.nextInt(8_000);
    return seed % 8 == 5 ? seed + 1 : seed;
  }

  @Test
  void it_has_as_many_buckets_as_the_librarys_histogram() {
    // What the library wants for the largest encoding: nine bytes for each bucket, and a header.
    assertThat(TimeCounts.BUCKETS * 9 + 40)
        .isEqualTo(SeriesTimes.emptyHistogram().getNeededByteBufferCapacity());
  }

  @Test
  void it_grows_with_the_longest_time_and_never_with_the_number_of_requests() {
    var counts = new TimeCounts();
    assertThat(counts.buckets()).isZero();
    for (long micros : new long[]{100, 5_000, 80, 1_023}) {
      for (int i = 0; i < 1_000; i++) {
        counts.add(oneOf(micros));
      }
    }
    assertThat(counts.total()).isEqualTo(4_000);
    assertThat(counts.buckets()).isEqualTo(4_096);

    counts.add(oneOf(SeriesTimes.MAX_MICROS));

    assertThat(counts.buckets()).isEqualTo(TimeCounts.BUCKETS);
  }

  @Test
  void what_would_overflow_is_refused_and_nothing_of_it_added() {
    var counts = new TimeCounts();
    var half = SeriesTimes.emptyHistogram();
    half.recordValueWithCount(7, Long.MAX_VALUE / 2 + 1);
    EncodedTimes times = EncodedTimes.of(SampleSnapshots.encoded(half));
    counts.add(times);

    assertThatIllegalArgumentException().isThrownBy(() -> counts.add(times))
        .withMessage("the histograms have more requests than can be counted");

    assertThat(counts.histogram()).isEqualTo(half);
  }

  private static EncodedTimes oneOf(long micros) {
    var histogram = SeriesTimes.emptyHistogram();
    histogram.recordValue(micros);
    return EncodedTimes.of(SampleSnapshots.encoded(histogram));
  }
}
