package dev.muster.worker.http;

import dev.muster.plan.load.LaneRandom;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.engine.Exchange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A text of a plan made ready to be written: bytes that are the same each time, and numbers between
 * them that an exchange fills in.
 */
final class Pieces {

  /** The most digits of a number, its sign included. */
  static final int DIGITS_MAX = 20;

  private sealed interface Piece {

    final class Bytes implements Piece {

      private final byte[] bytes;

      Bytes(byte[] bytes) {
        this.bytes = bytes;
      }
    }

    record RandomInteger(long from, long to) implements Piece {}

    record UserNumber() implements Piece {}

    record IterationNumber() implements Piece {}
  }

  private final Piece[] pieces;
  private final int longest;

  private Pieces(List<Piece> pieces) {
    this.pieces = pieces.toArray(Piece[]::new);
    this.longest = pieces.stream()
        .mapToInt(piece -> piece instanceof Piece.Bytes text ? text.bytes.length : DIGITS_MAX)
        .sum();
  }

  /** Pieces of {@code template} alone. */
  static Pieces of(Template template) {
    return new Builder().template(template).build();
  }

  /** Whether it is not the same each time. */
  boolean vary() {
    return Arrays.stream(pieces).anyMatch(piece -> !(piece instanceof Piece.Bytes));
  }

  /** The most bytes that it may have; as many as it has, where it does not {@link #vary}. */
  int longest() {
    return longest;
  }

  /** Writes the text for {@code exchange} at {@code from}, and returns where it ends. */
  int write(Exchange exchange, ByteBuffer into, int from) {
    LaneRandom random = exchange.random();
    int at = from;
    for (Piece piece : pieces) {
      if (piece instanceof Piece.Bytes text) {
        at = put(into, at, text.bytes);
      } else if (piece instanceof Piece.RandomInteger range) {
        at = writeNumber(into, at, random.between(range.from(), range.to()));
      } else if (piece instanceof Piece.UserNumber) {
        at = writeNumber(into, at, exchange.userNumber());
      } else {
        at = writeNumber(into, at, exchange.iteration());
      }
    }
    return at;
  }

  /** The text where it does not {@link #vary}. */
  byte[] fixed() {
    if (vary()) {
      throw new IllegalStateException("a text that varies is not fixed");
    }
    var bytes = ByteBuffer.allocate(longest);
    for (Piece piece : pieces) {
      if (piece instanceof Piece.Bytes text) {
        bytes.put(text.bytes);
      }
    }
    return bytes.array();
  }

  static int put(ByteBuffer into, int at, byte[] bytes) {
    into.put(at, bytes);
    return at + bytes.length;
  }

  /** Writes digits, without a string in between, and returns where they end. */
  static int writeNumber(ByteBuffer into, int from, long number) {
    if (number == Long.MIN_VALUE) {
      return put(into, from, utf8(Long.toString(number)));
    }
    int at = from;
    long rest = number;
    if (rest < 0) {
      into.put(at++, (byte) '-');
      rest = -rest;
    }
    int end = at + 1;
    for (long tens = rest; tens >= 10; tens /= 10) {
      end++;
    }
    for (int digit = end - 1; digit >= at; digit--) {
      into.put(digit, (byte) ('0' + rest % 10));
      rest /= 10;
    }
    return end;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Pieces in the making. Neighbouring texts become one, so that a request is few pieces. */
  static final class Builder {

    private final List<Piece> pieces = new ArrayList<>();

    Builder text(String text) {
      byte[] bytes = utf8(text);
      if (!pieces.isEmpty() && pieces.getLast() instanceof Piece.Bytes before) {
        byte[] joined = Arrays.copyOf(before.bytes, before.bytes.length + bytes.length);
        System.arraycopy(bytes, 0, joined, before.bytes.length, bytes.length);
        pieces.set(pieces.size() - 1, new Piece.Bytes(joined));
      } else {
        pieces.add(new Piece.Bytes(bytes));
      }
      return this;
    }

    Builder template(Template template) {
      template.parts().forEach(this::part);
      return this;
    }

    /** The path of a request, of which characters beyond ASCII are escaped. */
    Builder path(Template template) {
      for (Template.Part part : template.parts()) {
        if (part instanceof Template.Literal literal) {
          text(percentEncoded(literal.text()));
        } else {
          part(part);
        }
      }
      return this;
    }

    Pieces build() {
      return new Pieces(pieces);
    }

    private void part(Template.Part part) {
      switch (part) {
        case Template.Literal(String text) -> text(text);
        case Template.RandomInteger(long from, long to) ->
          pieces.add(new Piece.RandomInteger(from, to));
        case Template.UserNumber() -> pieces.add(new Piece.UserNumber());
        case Template.IterationNumber() -> pieces.add(new Piece.IterationNumber());
      }
    }

    /** Characters beyond ASCII may not stand in a request target (RFC 9112, 3.2; RFC 3986, 2.1). */
    private static String percentEncoded(String text) {
      var encoded = new StringBuilder();
      for (byte b : utf8(text)) {
        if (b < 0) {
          encoded.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
        } else {
          encoded.append((char) b);
        }
      }
      return encoded.toString();
    }
  }
}
