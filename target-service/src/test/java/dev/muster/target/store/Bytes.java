package dev.muster.target.store;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.IntStream;

/** Answers as text, which compares byte for byte and is readable where it differs. */
final class Bytes {
  /** Ids from all over the data set and beyond both of its ends. */
  static final int[] IDS = IntStream
      .concat(IntStream.of(-1, 1, 4_998, 4_999, 5_000, 999_999_999),
          IntStream.iterate(0, id -> id < 5_000, id -> id + 13))
      .toArray();

  private Bytes() {}

  static Optional<String> text(Optional<byte[]> answer) {
    return answer.map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
