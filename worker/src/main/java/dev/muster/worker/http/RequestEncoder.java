package dev.muster.worker.http;

import dev.muster.plan.HttpOptions;
import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.Plan;
import dev.muster.plan.load.LaneRandom;
import dev.muster.plan.scenario.Header;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.engine.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Writes one request of a plan as HTTP/1.1. Everything that is the same each time is bytes beforehand;
 * what is left for a request is to copy them and to write its numbers between. For one event loop.
 */
final class RequestEncoder {

  /** A piece of a request: bytes, or a number that the exchange fills in. */
  private sealed interface Piece {

    /** Bytes that are the same for each request. */
    final class Bytes implements Piece {

      private final byte[] bytes;

      Bytes(byte[] bytes) {
        this.bytes = bytes;
      }

      Bytes followedBy(byte[] more) {
        byte[] joined = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, joined, bytes.length, more.length);
        return new Bytes(joined);
      }
    }

    record RandomInteger(long from, long to) implements Piece {}

    record UserNumber() implements Piece {}

    record IterationNumber() implements Piece {}
  }

  private static final byte[] END_OF_HEAD = bytes("\r\n");
  private static final byte[] CONTENT_LENGTH = bytes("content-length: ");

  private final List<Piece> head;
  private final List<Piece> body;
  private final boolean hasBody;

  private RequestEncoder(List<Piece> head, List<Piece> body, boolean hasBody) {
    this.head = head;
    this.body = body;
    this.hasBody = hasBody;
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
    if (http.connections() == Connections.PER_REQUEST) {
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
    return new RequestEncoder(List.copyOf(head), List.copyOf(body), hasBody);
  }

  /** The bytes of one request; the caller's to release. */
  ByteBuf encode(Exchange exchange, ByteBufAllocator allocator) {
    ByteBuf buffer = allocator.ioBuffer(256);
    write(head, exchange, buffer);
    if (!hasBody) {
      return buffer.writeBytes(END_OF_HEAD);
    }
    // Its length stands before the body, and is known only when its numbers are.
    ByteBuf content = allocator.ioBuffer(256);
    try {
      write(body, exchange, content);
      buffer.writeBytes(CONTENT_LENGTH);
      writeNumber(buffer, content.readableBytes());
      return buffer.writeBytes(END_OF_HEAD).writeBytes(END_OF_HEAD).writeBytes(content);
    } finally {
      content.release();
    }
  }

  private static void write(List<Piece> pieces, Exchange exchange, ByteBuf into) {
    LaneRandom random = exchange.random();
    for (int i = 0; i < pieces.size(); i++) {
      switch (pieces.get(i)) {
        case Piece.Bytes text -> into.writeBytes(text.bytes);
        case Piece.RandomInteger(long from, long to) ->
          writeNumber(into, random.between(from, to));
        case Piece.UserNumber() -> writeNumber(into, exchange.userNumber());
        case Piece.IterationNumber() -> writeNumber(into, exchange.iteration());
      }
    }
  }

  /** Digits without a string in between. */
  private static void writeNumber(ByteBuf into, long number) {
    if (number == Long.MIN_VALUE) {
      ByteBufUtil.writeAscii(into, Long.toString(number));
      return;
    }
    long rest = number;
    if (rest < 0) {
      into.writeByte('-');
      rest = -rest;
    }
    long unit = 1;
    while (rest / unit >= 10) {
      unit *= 10;
    }
    for (; unit > 0; unit /= 10) {
      into.writeByte((int) ('0' + rest / unit % 10));
    }
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
      into.set(into.size() - 1, before.followedBy(bytes));
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
