package dev.muster.coordinator.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Snapshots by chance, out of what is kept in SnapshotFuzzInputs as it travels. Each is refused in words, or
 * is good: then it can be added to others, and means the same when it has been stored and read again.
 */
@Timeout(120)
class SnapshotFuzzTest {

  /** For how long fresh snapshots are made up, each time the tests run. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final int SEEDS = 20_000;

  private static final List<byte[]> INPUTS = inputs();

  @Test
  void every_snapshot_that_is_kept_is_good_or_refused_in_words() {
    int good = 0;
    for (byte[] input : INPUTS) {
      good += isGood(input, "kept") ? 1 : 0;
    }
    assertThat(good).isBetween(4, INPUTS.size() - 4);
  }

  @Test
  void whatever_becomes_of_them_is_good_or_refused_in_words() {
    int good = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      good += isGood(mutated(new Random(seed)), "seed " + seed) ? 1 : 0;
    }
    long first = System.nanoTime();
    for (long seed = first; System.nanoTime() - first < FRESH_NANOS; seed++) {
      good += isGood(mutated(new Random(seed)), "seed " + seed) ? 1 : 0;
    }
    assertThat(good).isPositive();
  }

  private static boolean isGood(byte[] bytes, String which) {
    try {
      Snapshot message;
      try {
        message = Snapshot.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        // No worker's word at all: gRPC ends the stream.
        return false;
      }
      CheckedSnapshot snapshot;
      try {
        snapshot = SnapshotCheck.checked(message);
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotBlank();
        return false;
      }
      assertCanBeAdded(snapshot);
      assertThat(SnapshotCheck.problemOf(snapshot, 1_000, Set.of()).orElse("none")).isNotBlank();
      return true;
    } catch (Throwable e) {
      throw new AssertionError(
          which + ": " + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 2_000)), e);
    }
  }

  private static void assertCanBeAdded(CheckedSnapshot snapshot) throws IOException {
    for (Series series : snapshot.message().getSeriesList()) {
      for (ByteString times : List.of(
          series.getResponseTime(), series.getServiceTime(), series.getScheduleLag())) {
        EncodedTimes read = EncodedTimes.of(times);
        var sum = new TimeCounts();
        sum.add(read);
        sum.add(read);
        assertThat(sum.total()).isEqualTo(2 * read.total());
        assertThat(sum.histogram().getTotalCount()).isEqualTo(sum.total());
      }
    }
    Snapshot again = Snapshot.parseFrom(snapshot.message().toByteArray());
    assertThat(SnapshotCheck.checked(again).parts()).hasSameSizeAs(snapshot.parts());
  }

  private static byte[] mutated(Random random) {
    byte[] bytes = pick(random).clone();
    for (int change = random.nextInt(1, 5); change > 0; change--) {
      int at = random.nextInt(bytes.length + 1);
      int end = Math.min(bytes.length, at + random.nextInt(20));
      bytes = switch (random.nextInt(6)) {
        case 0 -> joined(bytes, 0, at, bytes, end, bytes.length);
        case 1 -> Arrays.copyOf(bytes, at);
        case 2 -> {
          byte[] other = pick(random);
          int from = random.nextInt(other.length + 1);
          byte[] head = joined(
              bytes, 0, at, other, from, Math.min(other.length, from + random.nextInt(100)));
          yield joined(head, 0, head.length, bytes, end, bytes.length);
        }
        // Protobuf joins two messages that stand one behind the other.
        case 3 -> joined(bytes, 0, bytes.length, pick(random), 0, random.nextInt(40));
        default -> {
          for (int place = at; place < end; place++) {
            if (random.nextBoolean()) {
              bytes[place] ^= (byte) (1 << random.nextInt(8));
            } else {
              bytes[place] = (byte) random.nextInt();
            }
          }
          yield bytes;
        }
      };
    }
    return bytes;
  }

  private static byte[] joined(
      byte[] head, int headFrom, int headTo, byte[] tail, int tailFrom, int tailTo) {
    int from = Math.min(tailFrom, tail.length);
    byte[] rest = Arrays.copyOfRange(tail, from, Math.max(from, Math.min(tailTo, tail.length)));
    byte[] all = Arrays.copyOf(Arrays.copyOfRange(head, headFrom, headTo),
        headTo - headFrom + rest.length);
    System.arraycopy(rest, 0, all, headTo - headFrom, rest.length);
    return all;
  }

  private static byte[] pick(Random random) {
    return INPUTS.get(random.nextInt(INPUTS.size()));
  }

  private static List<byte[]> inputs() {
    try {
      var folder = Path.of(
          Objects.requireNonNull(SnapshotFuzzTest.class.getResource("SnapshotFuzzInputs")).toURI());
      try (Stream<Path> files = Files.list(folder)) {
        return files.sorted().map(SnapshotFuzzTest::bytes).toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
