package dev.muster.worker.http;

import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes the frames of one connection of HTTP/2 into the outbox of its event loop. For the event loop's
 * thread.
 */
final class FrameWriter {

  /**
   * What the target may send before we say that we have read it, on a stream and on all: so much
   * that it never waits for us on any usual network.
   */
  static final int WINDOW = 16 * 1024 * 1024;

  /** What a connection begins with: the words, our settings, and a wider window for all streams. */
  private static final byte[] PREFACE = preface();

  /** "From here on the table has room for nothing", so that no limit of the target matters. */
  private static final byte NO_TABLE = 0x20;

  private final Outbox outbox;
  private final Wire wire;

  FrameWriter(Outbox outbox, Wire wire) {
    this.outbox = outbox;
    this.wire = wire;
  }

  private static byte[] preface() {
    byte[] words = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    int settings = 3 * 6;
    // Java's own order is that of the network.
    var bytes = ByteBuffer
        .allocate(words.length + FrameReader.HEAD + settings + FrameReader.HEAD + 4);
    bytes.put(words);
    bytes.putInt(settings << 8 | Http2FrameTypes.SETTINGS).put((byte) 0).putInt(0);
    bytes.putShort((short) Http2CodecUtil.SETTINGS_HEADER_TABLE_SIZE).putInt(0);
    bytes.putShort((short) Http2CodecUtil.SETTINGS_ENABLE_PUSH).putInt(0);
    bytes.putShort((short) Http2CodecUtil.SETTINGS_INITIAL_WINDOW_SIZE).putInt(WINDOW);
    bytes.putInt(4 << 8 | Http2FrameTypes.WINDOW_UPDATE).put((byte) 0).putInt(0);
    bytes.putInt(WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
    return bytes.array();
  }

  /**
   * Begins the connection with its first request, of which only the head is written; the rest as in
   * {@link #request}.
   */
  int first(int stream, ByteBuffer request, int length) {
    int at = outbox.room(wire, PREFACE.length + 1 + length);
    ByteBuffer out = outbox.bytes();
    out.put(at, PREFACE);
    outbox.added(at + PREFACE.length);
    int from = at + PREFACE.length + FrameReader.HEAD;
    int head = request(stream, request, length);
    // The first block has one byte more, which the encoder has left room for.
    int end = at + PREFACE.length + head;
    out.put(from + 1, out, from, end - from);
    out.put(from, NO_TABLE);
    int before = FrameReader.HEAD;
    out.putInt(from - before,
        Integer.reverseBytes(Integer.reverseBytes(out.getInt(from - before)) + (1 << 8)));
    outbox.added(end + 1);
    return head;
  }

  /**
   * Writes the header block of a request, as {@link Http2RequestEncoder} has made it in the first
   * {@code length} bytes of {@code request}, and returns where that ends there. Where it does not
   * end with all, a head of a frame and a body follow.
   */
  int request(int stream, ByteBuffer request, int length) {
    int end = 0;
    int number = Integer.reverseBytes(stream);
    boolean goesOn;
    do {
      request.putInt(end + 5, number);
      goesOn = (request.get(end + 4) & Http2Flags.END_HEADERS) == 0;
      end += FrameReader.HEAD + (Integer.reverseBytes(request.getInt(end)) >>> 8);
    } while (goesOn);
    int at = outbox.room(wire, end);
    outbox.bytes().put(at, request, 0, end);
    outbox.added(at + end);
    return end;
  }

  /**
   * Writes a frame of data with {@code count} bytes from {@code from} on; {@code last} of its
   * stream.
   */
  void data(int stream, ByteBuffer content, int from, int count, boolean last) {
    int at = head(count, Http2FrameTypes.DATA, last ? Http2Flags.END_STREAM : 0, stream);
    outbox.bytes().put(at, content, from, count);
    outbox.added(at + count);
  }

  void reset(int stream, long error) {
    number(Http2FrameTypes.RST_STREAM, stream, (int) error);
  }

  void windowUpdate(int stream, int more) {
    number(Http2FrameTypes.WINDOW_UPDATE, stream, more);
  }

  void settingsAck() {
    outbox.added(head(0, Http2FrameTypes.SETTINGS, Http2Flags.ACK, 0));
  }

  /** Asks for a sign of life. */
  void ping() {
    ping(0, 0);
  }

  /** Gives back the {@code data} of a question, as it was read. */
  void pingAck(long data) {
    ping(data, Http2Flags.ACK);
  }

  private void ping(long data, int flags) {
    int at = head(8, Http2FrameTypes.PING, flags, 0);
    outbox.bytes().putLong(at, data);
    outbox.added(at + 8);
  }

  /** Says that the connection ends, and that no stream of the target's was taken. */
  void goAway(long error) {
    int at = head(8, Http2FrameTypes.GO_AWAY, 0, 0);
    outbox.bytes().putInt(at, 0).putInt(at + 4, Integer.reverseBytes((int) error));
    outbox.added(at + 8);
  }

  private void number(byte type, int stream, int value) {
    int at = head(4, type, 0, stream);
    outbox.bytes().putInt(at, Integer.reverseBytes(value));
    outbox.added(at + 4);
  }

  /**
   * Writes the head of a frame where there is room for all of it, and returns where its payload
   * begins.
   */
  private int head(int length, byte type, int flags, int stream) {
    int at = outbox.room(wire, FrameReader.HEAD + length);
    ByteBuffer out = outbox.bytes();
    Http2RequestEncoder.putHead(out, at, length, type, flags);
    out.putInt(at + 5, Integer.reverseBytes(stream));
    return at + FrameReader.HEAD;
  }
}
