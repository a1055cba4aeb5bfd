package dev.muster.worker.record;

import java.nio.ByteBuffer;
import org.HdrHistogram.Histogram;

/** Writes histograms as they travel: in HdrHistogram's V2 encoding, not compressed. For one thread. */
public final class HistogramEncoder {

  private ByteBuffer scratch = ByteBuffer.allocate(0);

  /** The encoding of {@code histogram}; the caller's. */
  public byte[] encoded(Histogram histogram) {
    int most = histogram.getNeededByteBufferCapacity();
    if (scratch.capacity() < most) {
      scratch = ByteBuffer.allocate(most);
    }
    scratch.clear();
    byte[] bytes = new byte[histogram.encodeIntoByteBuffer(scratch)];
    scratch.get(0, bytes);
    return bytes;
  }
}
