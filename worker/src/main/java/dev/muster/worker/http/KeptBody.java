package dev.muster.worker.http;

import dev.muster.plan.scenario.Check;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The beginning of an answer's body, kept where a check asks for it. For one thread. */
final class KeptBody {

  private byte[] bytes = new byte[1024];
  private int length;

  /** Adds {@code count} bytes from {@code from} on; beyond {@link Check.Body#LONGEST} none is kept. */
  void add(ByteBuffer more, int from, int count) {
    int fitting = Math.min(count, Check.Body.LONGEST - length);
    if (length + fitting > bytes.length) {
      int doubled = Math.min(2 * bytes.length, Check.Body.LONGEST);
      bytes = Arrays.copyOf(bytes, Math.max(doubled, length + fitting));
    }
    more.get(from, bytes, length, fitting);
    length += fitting;
  }

  /** The bytes, each as the character of its number: the JVM searches such text fastest. */
  String text() {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }
}
