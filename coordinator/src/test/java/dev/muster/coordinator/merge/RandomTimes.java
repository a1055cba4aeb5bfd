package dev.muster.coordinator.merge;

import java.util.Random;
import org.HdrHistogram.Histogram;

/** Histograms of every shape that matters to an encoding, each from one seed. */
final class RandomTimes {

  private RandomTimes() {}

  static Histogram histogram(long seed) {
    var random = new Random(seed);
    var histogram = SeriesTimes.emptyHistogram();
    switch ((int) (seed % 8)) {
      case 0 -> {
      } // empty
      case 1 -> histogram.recordValue(anyTime(random));
      case 2 -> histogram.recordValueWithCount(SeriesTimes.MAX_MICROS, 1 + random.nextInt(1_000));
      case 3 -> everyBucketUpTo(histogram, random.nextInt(20_000), random);
      case 4 -> scattered(histogram, 1 + random.nextInt(300), random);
      case 5 -> hugeCounts(histogram, random);
      case 6 -> answers(histogram, 100, random);
      default -> answers(histogram, 1_000, random);
    }
    return histogram;
  }

  /** Any time as likely as one twice as long. */
  private static long anyTime(Random random) {
    return Math.clamp(
        (long) Math.exp(random.nextDouble() * Math.log(SeriesTimes.MAX_MICROS)), 0,
        SeriesTimes.MAX_MICROS);
  }

  private static void everyBucketUpTo(Histogram histogram, long micros, Random random) {
    for (long each = 0; each <= micros; each = histogram.nextNonEquivalentValue(each)) {
      histogram.recordValueWithCount(each, 1 + random.nextInt(3));
    }
  }

  private static void scattered(Histogram histogram, int times, Random random) {
    for (int i = 0; i < times; i++) {
      histogram.recordValueWithCount(anyTime(random), 1 + random.nextInt(1_000));
    }
  }

  /** Counts of each length that a word can have. */
  private static void hugeCounts(Histogram histogram, Random random) {
    for (int bits = 1; bits < 62; bits++) {
      histogram.recordValueWithCount(anyTime(random), (1L << bits) - random.nextInt(2));
    }
  }

  /** What a service that answers in a few milliseconds makes. */
  private static void answers(Histogram histogram, int times, Random random) {
    for (int i = 0; i < times; i++) {
      histogram.recordValue(
          Math.clamp(
              (long) (1_000 * Math.exp(0.5 * random.nextGaussian())), 1, SeriesTimes.MAX_MICROS));
    }
  }
}
