package dev.muster.worker.http;

import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The bodies of requests on one connection of HTTP/2, of which the target lets through so much at a
 * time (RFC 9113, 5.2). Writing may end the connection, and with it everything here. For its event
 * loop's thread.
 */
final class RequestBodies {

  private final FrameWriter writer;
  private final StreamTable table;

  /** Streams whose body is not all written. */
  private final ArrayDeque<Http2Stream> sending = new ArrayDeque<>();

  private long initialWindow = Http2CodecUtil.DEFAULT_WINDOW_SIZE;
  private long window = Http2CodecUtil.DEFAULT_WINDOW_SIZE;
  private boolean closed;

  /** @param table the streams of the connection */
  RequestBodies(FrameWriter writer, StreamTable table) {
    this.writer = writer;
    this.table = table;
  }

  /** What the target lets through on a new stream, in bytes. */
  long initialWindow() {
    return initialWindow;
  }

  /**
   * Sends a body, the {@code count} bytes of {@code request} from {@code from} on, as far as may
   * be.
   */
  void send(Http2Stream stream, ByteBuffer request, int from, int count) {
    if (sending.isEmpty() && count <= mayBeSent(stream)) {
      window -= count;
      writer.data(stream.id(), request, from, count, true);
      return;
    }
    byte[] body = new byte[count];
    request.get(from, body);
    stream.setUnsent(body);
    sending.add(stream);
    sendOn();
  }

  /** Sends what may be sent by now. */
  void sendOn() {
    if (sending.isEmpty()) {
      return;
    }
    // A copy, as writing may end streams and bring new ones.
    for (Http2Stream stream : List.copyOf(sending)) {
      while (!closed && table.holds(stream) && stream.unsent() != null) {
        if (!sendPiece(stream)) {
          break;
        }
      }
    }
  }

  private boolean sendPiece(Http2Stream stream) {
    byte[] body = stream.unsent();
    int from = stream.unsentFrom();
    int count = body == null ? 0 : Math.min(mayBeSent(stream), body.length - from);
    if (body == null || count <= 0) {
      return false;
    }
    window -= count;
    stream.widen(-count);
    stream.sent(count);
    boolean last = stream.unsent() == null;
    if (last) {
      sending.remove(stream);
    }
    writer.data(stream.id(), ByteBuffer.wrap(body), from, count, last);
    return true;
  }

  private int mayBeSent(Http2Stream stream) {
    return (int) Math.min(FrameReader.PAYLOAD_MAX, Math.min(window, stream.window()));
  }

  /** The target lets {@code size} bytes through on each stream from its beginning. */
  void setInitialWindow(long size) throws Http2Exception {
    requireWindow(size);
    long more = size - initialWindow;
    initialWindow = size;
    for (Http2Stream stream : table.above(0)) {
      stream.widen(more);
      requireWindow(stream.window());
    }
  }

  /** The target lets {@code more} bytes through on all streams together. */
  void widen(int more) throws Http2Exception {
    window += more;
    requireWindow(more == 0 ? Long.MAX_VALUE : window);
    sendOn();
  }

  private static void requireWindow(long size) throws Http2Exception {
    if (size > Integer.MAX_VALUE) {
      throw Http2Exception.connectionError(Http2Error.FLOW_CONTROL_ERROR, "a window is too wide");
    }
  }

  /** Nothing more of {@code stream} is sent. */
  void remove(Http2Stream stream) {
    if (!sending.isEmpty()) {
      sending.remove(stream);
    }
  }

  /** Nothing more is sent. */
  void close() {
    closed = true;
    sending.clear();
  }
}
