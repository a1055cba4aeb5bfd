package dev.muster.coordinator.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.DeflaterOutputStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodedTimesTest {

  private static final String UNREADABLE = "a histogram of a snapshot cannot be read: ";

  @Test
  void every_histogram_is_read_bucket_for_bucket_compressed_or_not() {
    for (long seed = 0; seed < 2_400; seed++) {
      Histogram histogram = RandomTimes.histogram(seed);

      assertThat(sumOf(SampleSnapshots.encoded(histogram))).as("seed %d", seed)
          .isEqualTo(histogram);
      assertThat(sumOf(SampleSnapshots.compressed(histogram))).as("seed %d, compressed", seed)
          .isEqualTo(histogram);
      assertThat(EncodedTimes.of(SampleSnapshots.encoded(histogram)).total())
          .as("seed %d", seed)
          .isEqualTo(histogram.getTotalCount());
    }
  }

  @Test
  void any_bytes_are_refused_or_read_as_the_library_reads_them() {
    int read = 0;
    for (long seed = 0; seed < 12_000; seed++) {
      var random = new Random(seed);
      Histogram histogram = RandomTimes.histogram(random.nextInt(1_000));
      boolean compressed = random.nextInt(3) == 0;
      ByteString bytes = spoilt(
          compressed ? SampleSnapshots.compressed(histogram) : SampleSnapshots.encoded(histogram),
          random);
      Optional<EncodedTimes> times = read(bytes);
      if (times.isPresent()) {
        read++;
        assertThat(sumOf(bytes)).as("seed %d", seed).isEqualTo(byLibrary(bytes, seed));
      }
    }
    // Most are refused, but not so many that the comparison above would say nothing.
    assertThat(read).isBetween(1_000, 9_000);
  }

  /** Changes, cuts or lengthens; half of the time says the new length, so that the words are read. */
  private static ByteString spoilt(ByteString bytes, Random random) {
    byte[] spoilt = bytes.toByteArray();
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      // Mostly behind the header, as there is more to find.
      int from = random.nextInt(4) == 0 ? 0 : Math.min(40, spoilt.length - 1);
      spoilt[random.nextInt(from, spoilt.length)] = (byte) random.nextInt();
    }
    if (random.nextInt(3) == 0) {
      spoilt = Arrays.copyOf(spoilt, random.nextInt(spoilt.length + 20));
      if (spoilt.length > 40 && random.nextBoolean()) {
        ByteBuffer.wrap(spoilt).putInt(4, spoilt.length - 40);
      }
    }
    return ByteString.copyFrom(spoilt);
  }

  private static Optional<EncodedTimes> read(ByteString bytes) {
    try {
      return Optional.of(EncodedTimes.of(bytes));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("a histogram of a snapshot ");
      return Optional.empty();
    }
  }

  private static Histogram byLibrary(ByteString bytes, long seed) {
    try {
      return (bytes.byteAt(3) & 0xf) == 3
          ? Histogram.decodeFromByteBuffer(bytes.asReadOnlyByteBuffer(), 0)
          : Histogram.decodeFromCompressedByteBuffer(bytes.asReadOnlyByteBuffer(), 0);
    } catch (RuntimeException | DataFormatException e) {
      throw new AssertionError("seed " + seed + ": only we can read it", e);
    }
  }

  @ParameterizedTest
  @CsvSource({
      "'', it ends within its header",
      "1c849313, it ends within its header",
      "00000000000000010000000000000003 0000000000000001 00000000d693a400 3ff0000000000000 00, "
          + "it is not in the V2 encoding of HdrHistogram",
      "1c849301000000010000000000000003 0000000000000001 00000000d693a400 3ff0000000000000 00, "
          + "it is not in the V2 encoding of HdrHistogram",
      "1c849313000000020000000000000003 0000000000000001 00000000d693a400 3ff0000000000000 00, "
          + "it is not as long as it says",
      "1c84931300000001 00000000 00000003 0000000000000001 00000000d693a400 3ff0000000000000 0000, "
          + "it is not as long as it says",
      "1c849313ffffffff0000000000000003 0000000000000001 00000000d693a400 3ff0000000000000, "
          + "it is not as long as it says",
      "1c849313000000010000000100000003 0000000000000001 00000000d693a400 3ff0000000000000 00, "
          + "its values are shifted or scaled",
      "1c849313000000010000000000000003 0000000000000001 00000000d693a400 4000000000000000 00, "
          + "its values are shifted or scaled",
      "1c849314000000050000, it is not as long as it says",
      "1c8493140000000100, it ends too early",
      "1c84931400000000, it ends too early",
  })
  void a_header_that_does_not_fit_is_refused(String hex, String why) {
    refuses(bytes(hex), UNREADABLE + why);
  }

  @ParameterizedTest
  @CsvSource({
      "80, it ends within a number",
      "ffffffffffffffff, it ends within a number",
      // 23,552 buckets to pass over are all there are; one more of any kind is too many.
      "ffef0202, it has more buckets than its range",
      "ffef0201, it has more buckets than its range",
      "81f002, it has more buckets than its range",
      "ffffffffffffffffff, it has more buckets than its range",
      "fdffffffffffffffff, it has more buckets than its range",
      // 2^63 - 1 requests are all that can be counted.
      "feffffffffffffffff02, it has more requests than can be counted",
  })
  void words_that_do_not_fit_are_refused(String hex, String why) {
    refuses(withPayload(hex), UNREADABLE + why);
  }

  @Test
  void the_largest_that_fits_is_read() {
    assertThat(EncodedTimes.of(withPayload("feffffffffffffffff")).total())
        .isEqualTo(Long.MAX_VALUE);
    assertThat(EncodedTimes.of(withPayload("ffef02")).total()).isZero();
    assertThat(EncodedTimes.of(withPayload("fdef0202")).total()).isEqualTo(1);
    assertThat(EncodedTimes.of(withPayload("")).total()).isZero();
  }

  @Test
  void a_histogram_of_another_range_or_precision_is_refused() {
    for (var other : new Histogram[]{
        new Histogram(1, 1_000, 3), new Histogram(1, SeriesTimes.MAX_MICROS, 2),
        new Histogram(1_000, SeriesTimes.MAX_MICROS, 3)}) {
      String why = "a histogram of a snapshot is not of 1 to 3600000000 µs in 3 digits";
      refuses(SampleSnapshots.encoded(other), why);
      refuses(SampleSnapshots.compressed(other), why);
    }
  }

  @Test
  void what_was_deflated_from_more_than_any_histogram_is_cut_off() throws IOException {
    refuses(deflated(new byte[20_000_000]), UNREADABLE + "there is something behind it");
    byte[] longer = withPayload("00").toByteArray();
    ByteBuffer.wrap(longer).putInt(4, 20_000_000);
    refuses(
        deflated(Arrays.copyOf(longer, 20_000_000)),
        UNREADABLE + "it is longer than any can be");
    refuses(
        deflated(Arrays.copyOf(withPayload("00").toByteArray(), 42)),
        UNREADABLE + "there is something behind it");
    refuses(
        deflated(withPayload("00").toByteArray()).concat(ByteString.copyFrom(new byte[1])),
        UNREADABLE + "it is not as long as it says");
    refuses(ByteString.copyFrom(new byte[1_000_000]), UNREADABLE + "it is longer than any can be");
  }

  private static ByteString deflated(byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(out)) {
      deflater.write(bytes);
    }
    ByteBuffer header = ByteBuffer.allocate(8).putInt(0x1c849314).putInt(out.size()).flip();
    return ByteString.copyFrom(header).concat(ByteString.copyFrom(out.toByteArray()));
  }

  /** A histogram of Muster's range with these words. */
  private static ByteString withPayload(String hex) {
    ByteString words = bytes(hex);
    ByteBuffer header = ByteBuffer.allocate(40)
        .putInt(0x1c849313)
        .putInt(words.size())
        .putInt(0)
        .putInt(SeriesTimes.DIGITS)
        .putLong(1)
        .putLong(SeriesTimes.MAX_MICROS)
        .putDouble(1)
        .flip();
    return ByteString.copyFrom(header).concat(words);
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static void refuses(ByteString bytes, String why) {
    assertThatIllegalArgumentException().isThrownBy(() -> EncodedTimes.of(bytes)).withMessage(why);
  }

  private static Histogram sumOf(ByteString bytes) {
    var sum = new TimeCounts();
    sum.add(EncodedTimes.of(bytes));
    return sum.histogram();
  }
}
