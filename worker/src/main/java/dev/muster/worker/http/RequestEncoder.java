package dev.muster.worker.http;

import dev.muster.plan.HttpOptions;
import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.Plan;
import dev.muster.plan.load.LaneRandom;
import dev.muster.plan.scenario.Header;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.engine.Exchange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Writes one request of a plan as HTTP/1.1. Everything that is the same each time is bytes beforehand;
 * what is left for a request is to copy them and to write its numbers between. For any thread.
 */
final class RequestEncoder {

  /** A piece of a request: bytes that are the same each time, or a number that the exchange fills in. */
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

  private static final byte[] END_OF_HEAD = bytes("\r\n\r\n");
  private static final byte[] CONTENT_LENGTH = bytes("content-length: ");

  /** The most digits of a number, its sign included. */
  private static final int DIGITS_MAX = 20;

  private final Piece[] head;
  private final Piece[] body;

  /** Whether the body's length is known only when its numbers are. */
  private final boolean lengthVaries;

  private final int longest;

  private RequestEncoder(List<Piece> head, List<Piece> body, boolean lengthVaries) {
    this.head = head.toArray(Piece[]::new);
    this.body = body.toArray(Piece[]::new);
    this.lengthVaries = lengthVaries;
    this.longest = longest(head) + longest(body)
        + (lengthVaries ? CONTENT_LENGTH.length + DIGITS_MAX + END_OF_HEAD.length : 0);
  }

  /** The encoder of {@code request} in {@code plan}. */
  static RequestEncoder of(Step.Request request, Plan plan) {
    HttpOptions http = plan.http();
    var head = new ArrayList<Piece>();
    add(head, request.method() + " ");
    addTarget(head, request.path());
    add(head, " HTTP/1.1\r\n");
    var headers = new ArrayList<Header>();
    for (Header header : http.headers()) {
      if (!names(request.headers(), header.name())) {
        headers.add(header);
      }
    }
    headers.addAll(request.headers());
    int port = plan.target().getPort();
    addDefault(head, headers, "host", plan.target().getHost() + (port < 0 ? "" : ":" + port));
    addDefault(head, headers, "user-agent", "muster");
    addDefault(head, headers, "accept", "*/*");
    if (plan.connections() == Connections.PER_REQUEST) {
      addDefault(head, headers, "connection", "close");
    }
    for (Header header : headers) {
      add(head, header.name() + ": ");
      addTemplate(head, header.value());
      add(head, "\r\n");
    }
    var body = new ArrayList<Piece>();
    Template text = request.body();
    if (text != null) {
      addTemplate(body, text);
    }
    boolean hasBody = text != null
        || request.method() == Step.Method.POST
        || request.method() == Step.Method.PUT;
    boolean lengthVaries = body.stream().anyMatch(piece -> !(piece instanceof Piece.Bytes));
    if (hasBody && !lengthVaries) {
      add(head, CONTENT_LENGTH);
      add(head, Integer.toString(longest(body)) + "\r\n");
    }
    if (!lengthVaries) {
      add(head, "\r\n");
    }
    return new RequestEncoder(head, body, lengthVaries);
  }

  /** The bytes of the longest request that {@link #encode} may write. */
  int longest() {
    return longest;
  }

  /** Writes a request at the beginning of {@code into} and returns its length. */
  int encode(Exchange exchange, ByteBuffer into) {
    int at = write(head, exchange, into, 0);
    if (!lengthVaries) {
      return write(body, exchange, into, at);
    }
    // Its length stands before the body, which therefore is written behind the room for it.
    int room = CONTENT_LENGTH.length + DIGITS_MAX + END_OF_HEAD.length;
    int bodyEnd = write(body, exchange, into, at + room);
    int length = bodyEnd - at - room;
    int end = writeNumber(into, put(into, at, CONTENT_LENGTH), length);
    end = put(into, end, END_OF_HEAD);
    into.put(end, into, at + room, length);
    return end + length;
  }

  private static int write(Piece[] pieces, Exchange exchange, ByteBuffer into, int from) {
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

  private static int put(ByteBuffer into, int at, byte[] bytes) {
    into.put(at, bytes);
    return at + bytes.length;
  }

  /** Digits without a string in between; returns where they end. */
  private static int writeNumber(ByteBuffer into, int from, long number) {
    if (number == Long.MIN_VALUE) {
      return put(into, from, bytes(Long.toString(number)));
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

  private static int longest(List<Piece> pieces) {
    return pieces.stream()
        .mapToInt(piece -> piece instanceof Piece.Bytes text ? text.bytes.length : DIGITS_MAX)
        .sum();
  }

  private static void addDefault(
      List<Piece> head, List<Header> headers, String name, String value) {
    if (!names(headers, name)) {
      add(head, name + ": " + value + "\r\n");
    }
  }

  private static boolean names(List<Header> headers, String name) {
    return headers.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
  }

  private static void addTarget(List<Piece> into, Template path) {
    for (Template.Part part : path.parts()) {
      add(into, part instanceof Template.Literal literal
          ? new Template.Literal(percentEncoded(literal.text()))
          : part);
    }
  }

  private static void addTemplate(List<Piece> into, Template template) {
    template.parts().forEach(part -> add(into, part));
  }

  private static void add(List<Piece> into, Template.Part part) {
    switch (part) {
      case Template.Literal(String text) -> add(into, text);
      case Template.RandomInteger(long from, long to) ->
        into.add(new Piece.RandomInteger(from, to));
      case Template.UserNumber() -> into.add(new Piece.UserNumber());
      case Template.IterationNumber() -> into.add(new Piece.IterationNumber());
    }
  }

  /** Text joins the bytes before it, so that a request is few pieces. */
  private static void add(List<Piece> into, String text) {
    add(into, bytes(text));
  }

  private static void add(List<Piece> into, byte[] bytes) {
    if (!into.isEmpty() && into.getLast() instanceof Piece.Bytes before) {
      byte[] joined = Arrays.copyOf(before.bytes, before.bytes.length + bytes.length);
      System.arraycopy(bytes, 0, joined, before.bytes.length, bytes.length);
      into.set(into.size() - 1, new Piece.Bytes(joined));
    } else {
      into.add(new Piece.Bytes(bytes));
    }
  }

  /** Characters beyond ASCII may not stand in a request target (RFC 9112, 3.2; RFC 3986, 2.1). */
  private static String percentEncoded(String text) {
    var encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b < 0) {
        encoded.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
      } else {
        encoded.append((char) b);
      }
    }
    return encoded.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
