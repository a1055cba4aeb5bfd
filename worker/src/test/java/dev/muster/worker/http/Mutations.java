package dev.muster.worker.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** Bytes that are kept in a folder of inputs, and what becomes of them by chance. */
final class Mutations {

  private final List<byte[]> inputs;
  private final List<String> words;

  /**
   * @param folder beside the tests of this package
   * @param words what such bytes are made of, each byte as one character
   */
  Mutations(String folder, List<String> words) {
    this.inputs = inputs(folder);
    this.words = List.copyOf(words);
  }

  /** What is kept, as it is. */
  List<byte[]> inputs() {
    return inputs;
  }

  /** What is kept, with some of it changed, cut out, repeated, or taken from another. */
  byte[] mutated(Random random) {
    var text = new StringBuilder(pick(random));
    for (int change = random.nextInt(1, 5); change > 0; change--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(40));
      switch (random.nextInt(7)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, (char) random.nextInt(256));
        case 2 -> text.replace(
            at, Math.min(text.length(), at + 1), String.valueOf((char) random.nextInt(256)));
        case 3 -> text.insert(at, text.substring(at, end).repeat(random.nextInt(20)));
        case 4 -> text.insert(at, words.get(random.nextInt(words.size())));
        case 5 -> {
          String other = pick(random);
          int from = random.nextInt(other.length() + 1);
          text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(200)));
        }
        default -> text.setLength(at);
      }
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Where bytes may be cut: at some places within them, ascending. */
  static int[] cuts(int length, Random random) {
    return length < 2
        ? new int[0]
        : random.ints(random.nextInt(1, 12), 1, length).sorted().distinct().toArray();
  }

  /** Tries the first {@code seeds} seeds, and for some time others that were never tried. */
  static void forSeeds(long seeds, long freshNanos, LongConsumer trial) {
    for (long seed = 0; seed < seeds; seed++) {
      trial.accept(seed);
    }
    long first = System.nanoTime();
    for (long seed = first; System.nanoTime() - first < freshNanos; seed++) {
      trial.accept(seed);
    }
  }

  private String pick(Random random) {
    return new String(inputs.get(random.nextInt(inputs.size())), StandardCharsets.ISO_8859_1);
  }

  private static List<byte[]> inputs(String folder) {
    try {
      var path = Path.of(
          Objects.requireNonNull(Mutations.class.getResource(folder), folder).toURI());
      try (Stream<Path> files = Files.list(path)) {
        return files.sorted().map(Mutations::bytes).toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An input is text in which {@code \xNN} is a byte and the ends of lines stand for nothing. */
  private static byte[] bytes(Path file) {
    try {
      String text = Files.readString(file).replace("\n", "");
      var bytes = new ByteArrayOutputStream();
      for (int at = 0; at < text.length(); at++) {
        if (text.startsWith("\\x", at)) {
          bytes.write(Integer.parseInt(text.substring(at + 2, at + 4), 16));
          at += 3;
        } else {
          bytes.write(text.charAt(at));
        }
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
