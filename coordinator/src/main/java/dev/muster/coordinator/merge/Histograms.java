package dev.muster.coordinator.merge;

import com.google.protobuf.ByteString;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** Histograms as they travel. */
final class Histograms {

  private Histograms() {}

  /**
   * The histogram in {@code bytes}, in HdrHistogram's V2 compressed encoding.
   *
   * @throws IllegalArgumentException if there is none, or one of another range or precision, whose sum
   *     with others would be wrong
   */
  static Histogram decoded(ByteString bytes) {
    Histogram histogram;
    try {
      histogram = Histogram.decodeFromCompressedByteBuffer(bytes.asReadOnlyByteBuffer(), 0);
    } catch (DataFormatException | RuntimeException e) {
      throw new IllegalArgumentException("a histogram of a snapshot cannot be read", e);
    }
    if (histogram.getLowestDiscernibleValue() != 1
        || histogram.getHighestTrackableValue() != SeriesTimes.MAX_MICROS
        || histogram.getNumberOfSignificantValueDigits() != SeriesTimes.DIGITS) {
      throw new IllegalArgumentException(
          "a histogram of a snapshot is not of 1 to " + SeriesTimes.MAX_MICROS + " µs in "
              + SeriesTimes.DIGITS + " digits");
    }
    return histogram;
  }
}
