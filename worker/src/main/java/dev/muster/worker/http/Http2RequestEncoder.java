package dev.muster.worker.http;

import dev.muster.plan.Plan;
import dev.muster.plan.scenario.Header;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.engine.Exchange;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Writes one request of a plan as frames of HTTP/2, save the number of its stream. Headers are literals
 * that no table keeps (RFC 7541, 6.2.2), so the same request is the same bytes each time, on whatever
 * connection. For any thread.
 */
final class Http2RequestEncoder {

  /**
   * The longest header block of one frame: what a target takes in any case (RFC 9113, 4.2), and one
   * byte that the first request of a connection has before it.
   */
  private static final int BLOCK_MAX = FrameReader.PAYLOAD_MAX - 1;

  /** Headers that tell of a connection of HTTP/1.1 make a request malformed (RFC 9113, 8.2.2). */
  private static final Set<String> OF_A_CONNECTION = Set.of(
      "connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade");

  /** Places of the static table (RFC 7541, appendix A). */
  private static final int AUTHORITY = 1;
  private static final int METHOD = 2;
  private static final int GET = 0x82;
  private static final int POST = 0x83;
  private static final int PATH = 4;
  private static final int HTTP = 0x86;
  private static final int HTTPS = 0x87;

  private static final byte[] LENGTH_NAME = literal("content-length");

  /** The most bytes before a text: its length, if that is below 2 MiB. */
  private static final int PREFIX_MAX = 4;

  /** A shorter text has its length in one byte. */
  private static final int SHORT = 0x7f;

  /** A piece of a header block, in the order in which numbers are drawn for it. */
  private sealed interface Piece {

    /** Bytes that are the same each time. */
    final class Bytes implements Piece {

      private final byte[] bytes;

      Bytes(byte[] bytes) {
        this.bytes = bytes;
      }
    }

    /** A value that differs each time. */
    record Value(Pieces text) implements Piece {}

    /** The authority, where it differs each time: it stands before what was drawn before it. */
    record Host(Pieces text) implements Piece {}

    /** A value that is drawn and not sent. */
    record Nothing(Pieces text) implements Piece {}
  }

  private final Piece[] pieces;

  /** Which of the pieces are pseudo-headers, and so stand before the authority. */
  private final int pseudo;

  private final Pieces body;
  private final boolean lengthVaries;
  private final boolean hasBody;
  private final int longest;

  private Http2RequestEncoder(List<Piece> pieces, int pseudo, Pieces body) {
    this.pieces = pieces.toArray(Piece[]::new);
    this.pseudo = pseudo;
    this.body = body;
    this.lengthVaries = body.vary();
    this.hasBody = body.longest() > 0;
    int block = LENGTH_NAME.length + PREFIX_MAX + Pieces.DIGITS_MAX + 1;
    for (Piece piece : pieces) {
      block += switch (piece) {
        case Piece.Bytes fixed -> fixed.bytes.length;
        case Piece.Value(Pieces text) -> PREFIX_MAX + text.longest();
        case Piece.Host(Pieces text) -> 1 + PREFIX_MAX + text.longest();
        case Piece.Nothing(Pieces text) -> text.longest();
      };
    }
    int frames = 2 + block / BLOCK_MAX;
    this.longest = frames * FrameReader.HEAD + block + body.longest();
  }

  /** The encoder of {@code request} in {@code plan}. */
  static Http2RequestEncoder of(Step.Request request, Plan plan) {
    var pieces = new ArrayList<Piece>();
    switch (request.method()) {
      case GET -> add(pieces, (byte) GET);
      case POST -> add(pieces, (byte) POST);
      case PUT, DELETE -> {
        add(pieces, (byte) METHOD);
        add(pieces, literal(request.method().name()));
      }
    }
    add(pieces, (byte) (plan.target().getScheme().equals("https") ? HTTPS : HTTP));
    add(pieces, (byte) PATH);
    addText(pieces, new Pieces.Builder().path(request.path()).build());
    List<Header> headers = PlannedHeaders.of(request, plan);
    Pieces host = null;
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase("host")) {
        host = Pieces.of(stripped(header.value()));
        if (!host.vary()) {
          add(pieces, (byte) AUTHORITY);
          addText(pieces, host);
        }
      }
    }
    int pseudo = pieces.size();
    if (host != null && host.vary()) {
      // What follows is not to join what precedes the authority.
      pieces.add(new Piece.Bytes(new byte[0]));
    }
    for (Header header : headers) {
      String name = header.name().toLowerCase(Locale.ROOT);
      Pieces value = Pieces.of(stripped(header.value()));
      if (name.equals("host")) {
        if (host != null && host.vary()) {
          pieces.add(new Piece.Host(host));
        }
      } else if (!OF_A_CONNECTION.contains(name)) {
        add(pieces, (byte) 0);
        add(pieces, literal(name));
        addText(pieces, value);
      } else if (value.vary()) {
        pieces.add(new Piece.Nothing(value));
      }
    }
    Template text = request.body();
    Pieces body = Pieces.of(text == null ? Template.literal("") : text);
    if (PlannedHeaders.tellsLength(request)) {
      add(pieces, (byte) 0);
      add(pieces, LENGTH_NAME);
      if (!body.vary()) {
        add(pieces, literal(Integer.toString(body.longest())));
      }
    }
    return new Http2RequestEncoder(pieces, pseudo, body);
  }

  /** The bytes of the longest request that {@link #encode} may write. */
  int longest() {
    return longest;
  }

  /**
   * Writes a request at the beginning of {@code into}, which is little-endian, and returns its
   * length: the frames of its header block, of stream 0; then, where it has a body, room for the
   * head of a frame, and the body, however long.
   */
  int encode(Exchange exchange, ByteBuffer into) {
    int blockEnd = writeBlock(exchange, into, FrameReader.HEAD);
    int end = blockEnd;
    if (lengthVaries) {
      // Its length stands before the body, which therefore is written behind the room for it.
      int from = blockEnd + 1 + Pieces.DIGITS_MAX;
      int length = body.write(exchange, into, from) - from;
      blockEnd = Pieces.writeNumber(into, end + 1, length);
      into.put(end, (byte) (blockEnd - end - 1));
      end = blockEnd + FrameReader.HEAD;
      into.put(end, into, from, length);
      end += length;
    } else if (hasBody) {
      end = body.write(exchange, into, blockEnd + FrameReader.HEAD);
    }
    int block = blockEnd - FrameReader.HEAD;
    int flags = hasBody ? 0 : Http2Flags.END_STREAM;
    if (block <= BLOCK_MAX) {
      putHead(into, 0, block, Http2FrameTypes.HEADERS, flags | Http2Flags.END_HEADERS);
      return end;
    }
    return part(into, block, end, flags);
  }

  private int writeBlock(Exchange exchange, ByteBuffer into, int from) {
    int at = from;
    int pseudoEnd = from;
    for (int i = 0; i < pieces.length; i++) {
      if (i == pseudo) {
        pseudoEnd = at;
      }
      Piece piece = pieces[i];
      if (piece instanceof Piece.Bytes fixed) {
        at = Pieces.put(into, at, fixed.bytes);
      } else if (piece instanceof Piece.Value value) {
        at = writeText(value.text, exchange, into, at);
      } else if (piece instanceof Piece.Nothing nothing) {
        int _ = nothing.text.write(exchange, into, at);
      } else if (piece instanceof Piece.Host host) {
        into.put(at, (byte) AUTHORITY);
        int end = writeText(host.text, exchange, into, at + 1);
        moveBack(into, pseudoEnd, at, end);
        at = end;
      }
    }
    return at;
  }

  /** Puts what stands from {@code middle} to {@code end} before what stands from {@code from} on. */
  private static void moveBack(ByteBuffer bytes, int from, int middle, int end) {
    byte[] both = new byte[end - from];
    bytes.get(middle, both, 0, end - middle);
    bytes.get(from, both, end - middle, middle - from);
    bytes.put(from, both);
  }

  /** Writes a text with its length before it (RFC 7541, 5.2), and returns where it ends. */
  private static int writeText(Pieces text, Exchange exchange, ByteBuffer into, int at) {
    if (text.longest() < SHORT) {
      int end = text.write(exchange, into, at + 1);
      into.put(at, (byte) (end - at - 1));
      return end;
    }
    int from = at + PREFIX_MAX;
    int length = text.write(exchange, into, from) - from;
    byte[] prefix = prefix(length);
    into.put(at, prefix);
    into.put(at + prefix.length, into, from, length);
    return at + prefix.length + length;
  }

  /** Parts a block into frames, which moves what follows; returns where all ends. */
  private static int part(ByteBuffer into, int block, int before, int flags) {
    int more = (block - 1) / BLOCK_MAX;
    int end = before + more * FrameReader.HEAD;
    for (int i = more; i > 0; i--) {
      int from = FrameReader.HEAD + i * BLOCK_MAX;
      int to = from + i * FrameReader.HEAD;
      int length = i == more ? before - from : BLOCK_MAX;
      into.put(to, into, from, length);
      putHead(into, to - FrameReader.HEAD, i == more ? block - i * BLOCK_MAX : BLOCK_MAX,
          Http2FrameTypes.CONTINUATION, i == more ? Http2Flags.END_HEADERS : 0);
    }
    putHead(into, 0, BLOCK_MAX, Http2FrameTypes.HEADERS, flags);
    return end;
  }

  /** Writes the head of a frame of stream 0 into little-endian memory. */
  static void putHead(ByteBuffer into, int at, int length, byte type, int flags) {
    into.putInt(at, Integer.reverseBytes(length << 8 | type));
    into.put(at + 4, (byte) flags);
    into.putInt(at + 5, 0);
  }

  /** Whitespace at the ends of a value makes a request malformed (RFC 9113, 8.2.1). */
  private static Template stripped(Template value) {
    var parts = new ArrayList<>(value.parts());
    if (!parts.isEmpty() && parts.getFirst() instanceof Template.Literal(String text)) {
      parts.set(0, new Template.Literal(text.stripLeading()));
    }
    if (!parts.isEmpty() && parts.getLast() instanceof Template.Literal(String text)) {
      parts.set(parts.size() - 1, new Template.Literal(text.stripTrailing()));
    }
    return new Template(parts);
  }

  private static void addText(List<Piece> pieces, Pieces text) {
    if (text.vary()) {
      pieces.add(new Piece.Value(text));
    } else {
      add(pieces, literal(text.fixed()));
    }
  }

  /** Bytes join those before them, so that a request is few pieces. */
  private static void add(List<Piece> pieces, byte... bytes) {
    if (!pieces.isEmpty() && pieces.getLast() instanceof Piece.Bytes before) {
      pieces.set(pieces.size() - 1, new Piece.Bytes(joined(before.bytes, bytes)));
    } else {
      pieces.add(new Piece.Bytes(bytes));
    }
  }

  private static byte[] literal(String text) {
    return literal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] literal(byte[] text) {
    return joined(prefix(text.length), text);
  }

  /** A length as a number whose first byte has room for seven bits (RFC 7541, 5.1). */
  private static byte[] prefix(int length) {
    var bytes = new ByteArrayOutputStream();
    bytes.write(Math.min(length, SHORT));
    if (length >= SHORT) {
      int rest = length - SHORT;
      for (; rest >= 0x80; rest >>>= 7) {
        bytes.write(rest | 0x80);
      }
      bytes.write(rest);
    }
    return bytes.toByteArray();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(first);
    bytes.writeBytes(second);
    return bytes.toByteArray();
  }
}
