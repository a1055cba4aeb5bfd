package dev.muster.coordinator.merge;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A histogram of times as it travels, in HdrHistogram's V2 encoding, read through once and found good:
 * {@link TimeCounts} adds it without making a histogram of it. Immutable.
 *
 * <p>The encoding is that of {@code AbstractHistogram.encodeIntoByteBuffer}: a header of 40 bytes, its
 * numbers big-endian, then a word for one bucket after the other, from 0 on. A word that is not negative
 * is the bucket's count, a negative one says how many empty buckets to pass over. Words are zig-zag
 * numbers (0, -1, 1, -2, … as 0, 1, 2, 3, …) of 1 to 9 bytes, seven bits in each, the lowest first, and
 * all eight in the ninth. The compressed encoding is a header of 8 bytes and all of this deflated.
 */
public final class EncodedTimes {

  /** No times, from no bytes. */
  static final EncodedTimes NONE = new EncodedTimes(ByteString.EMPTY, 0, 0);

  private static final int V2 = 0x1c849303;
  private static final int V2_COMPRESSED = 0x1c849304;

  /** What it masks tells the word size in older encodings and nothing in V2. */
  private static final int COOKIE_MASK = ~0xf0;

  private static final int HEADER_BYTES = 40;
  private static final int COMPRESSED_HEADER_BYTES = 8;
  private static final int MOST_WORD_BYTES = 9;
  private static final int MOST_BYTES = HEADER_BYTES + TimeCounts.BUCKETS * MOST_WORD_BYTES;

  private final ByteString bytes;
  private final long total;
  private final int buckets;

  private EncodedTimes(ByteString bytes, long total, int buckets) {
    this.bytes = bytes;
    this.total = total;
    this.buckets = buckets;
  }

  /**
   * The histogram in {@code bytes}, compressed or not.
   *
   * @throws IllegalArgumentException if there is none, if it is of another range or precision, so that
   *     its sum with others would be wrong, or if anything in it does not fit; no bytes lead to another
   *     exception, or to more work than the largest histogram
   */
  public static EncodedTimes of(ByteString bytes) {
    byte[] encoded = uncompressed(bytes);
    checkHeader(encoded);
    long total = 0;
    int bucket = 0;
    int buckets = 0;
    for (var words = new Words(encoded); words.hasNext();) {
      long word = words.next();
      if (emptyAfter(word) >= TimeCounts.BUCKETS - bucket) {
        throw unreadable("it has more buckets than its range");
      }
      total += count(word);
      if (total < 0) {
        throw unreadable("it has more requests than can be counted");
      }
      buckets = bucket + 1;
      bucket = buckets + (int) emptyAfter(word);
    }
    return new EncodedTimes(bytes, total, buckets);
  }

  /** How many requests. */
  public long total() {
    return total;
  }

  /** No word begins at this bucket or beyond, so none has a count. */
  int buckets() {
    return buckets;
  }

  /** Adds each count to that of its bucket; {@code counts} has room for {@link #buckets}. */
  void addTo(long[] counts) {
    int bucket = 0;
    for (var words = new Words(uncompressed(bytes)); words.hasNext();) {
      long word = words.next();
      counts[bucket] += count(word);
      bucket += 1 + (int) emptyAfter(word);
    }
  }

  // Counts and empty buckets follow each other as chance has it, so that a processor guesses a branch wrong
  // every other time; without one the walk takes half as long. Every word is the count of a bucket, which
  // may be 0, and a number of empty buckets after it, which is 0 where there is a count.

  private static long count(long word) {
    return (word >>> 1) & ((word & 1) - 1);
  }

  private static long emptyAfter(long word) {
    return (word >>> 1) & -(word & 1);
  }

  /** The words of a payload, before their zig-zag is undone. */
  private static final class Words {

    private final byte[] encoded;
    private int at = HEADER_BYTES;

    Words(byte[] encoded) {
      this.encoded = encoded;
    }

    boolean hasNext() {
      return at < encoded.length;
    }

    long next() {
      byte first = encoded[at++];
      return first >= 0 ? first : longer(first & 0x7f);
    }

    private long longer(long lowest) {
      long word = lowest;
      for (int shift = 7; shift < 56; shift += 7) {
        byte next = following();
        word |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return word;
        }
      }
      return word | ((long) following() << 56);
    }

    private byte following() {
      if (at == encoded.length) {
        throw unreadable("it ends within a number");
      }
      return encoded[at++];
    }
  }

  private static void checkHeader(byte[] encoded) {
    if (encoded.length < HEADER_BYTES) {
      throw unreadable("it ends within its header");
    }
    var header = ByteBuffer.wrap(encoded);
    if ((header.getInt(0) & COOKIE_MASK) != V2) {
      throw unreadable("it is not in the V2 encoding of HdrHistogram");
    }
    if (header.getInt(4) != encoded.length - HEADER_BYTES) {
      throw unreadable("it is not as long as it says");
    }
    boolean hasOurRange = header.getInt(12) == SeriesTimes.DIGITS && header.getLong(16) == 1
        && header.getLong(24) == SeriesTimes.MAX_MICROS;
    if (!hasOurRange) {
      throw new IllegalArgumentException(
          "a histogram of a snapshot is not of 1 to " + SeriesTimes.MAX_MICROS + " µs in "
              + SeriesTimes.DIGITS + " digits");
    }
    if (header.getInt(8) != 0 || header.getDouble(32) != 1.0) {
      throw unreadable("its values are shifted or scaled");
    }
  }

  private static byte[] uncompressed(ByteString bytes) {
    if (bytes.size() > MOST_BYTES) {
      throw unreadable("it is longer than any can be");
    }
    byte[] all = bytes.toByteArray();
    boolean isCompressed = all.length >= COMPRESSED_HEADER_BYTES
        && (ByteBuffer.wrap(all).getInt(0) & COOKIE_MASK) == V2_COMPRESSED;
    return isCompressed ? inflated(all) : all;
  }

  private static byte[] inflated(byte[] compressed) {
    int length = compressed.length - COMPRESSED_HEADER_BYTES;
    if (ByteBuffer.wrap(compressed).getInt(4) != length) {
      throw unreadable("it is not as long as it says");
    }
    var inflater = new Inflater();
    try {
      inflater.setInput(compressed, COMPRESSED_HEADER_BYTES, length);
      byte[] header = new byte[HEADER_BYTES];
      inflate(inflater, header, 0);
      byte[] all = Arrays.copyOf(header, HEADER_BYTES + payloadBytes(header));
      inflate(inflater, all, HEADER_BYTES);
      // The end of the stream holds a checksum, which is read only when there is room for more.
      boolean isWhole = inflater.inflate(new byte[1]) == 0 && inflater.finished()
          && inflater.getRemaining() == 0;
      if (!isWhole) {
        throw unreadable("there is something behind it");
      }
      return all;
    } catch (DataFormatException e) {
      throw new IllegalArgumentException(
          "a histogram of a snapshot cannot be read: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  /** A few bytes can be deflated from any number, so what they become is bounded before. */
  private static int payloadBytes(byte[] header) {
    int bytes = ByteBuffer.wrap(header).getInt(4);
    if (bytes < 0 || bytes > MOST_BYTES - HEADER_BYTES) {
      throw unreadable("it is longer than any can be");
    }
    return bytes;
  }

  private static void inflate(Inflater inflater, byte[] into, int from) throws DataFormatException {
    for (int at = from; at < into.length;) {
      int more = inflater.inflate(into, at, into.length - at);
      if (more == 0) {
        throw unreadable("it ends too early");
      }
      at += more;
    }
  }

  private static IllegalArgumentException unreadable(String why) {
    return new IllegalArgumentException("a histogram of a snapshot cannot be read: " + why);
  }
}
