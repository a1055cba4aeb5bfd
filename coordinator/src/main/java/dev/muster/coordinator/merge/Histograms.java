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
   * @throws IllegalArgumentException if there is none
   */
  static Histogram decoded(ByteString bytes) {
    try {
      return Histogram.decodeFromCompressedByteBuffer(bytes.asReadOnlyByteBuffer(), 0);
    } catch (DataFormatException | RuntimeException e) {
      throw new IllegalArgumentException("a histogram of a snapshot cannot be read", e);
    }
  }
}
