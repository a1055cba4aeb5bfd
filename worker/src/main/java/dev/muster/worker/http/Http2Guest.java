package dev.muster.worker.http;

import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A guest who speaks HTTP/2 (RFC 9113), of which it is heard what the worker's own requests need. */
final class Http2Guest implements Guest.Speech {

  private static final int PREFACE = 24;

  /** All the room there can be for bodies: 4 is SETTINGS_INITIAL_WINDOW_SIZE. */
  private static final byte[] GREETING = {
      0, 0, 6, Http2FrameTypes.SETTINGS, 0, 0, 0, 0, 0, 0, 4, 0x7f, -1, -1, -1,
      0, 0, 4, Http2FrameTypes.WINDOW_UPDATE, 0, 0, 0, 0, 0, 0x7f, -1, 0, 0};

  private static final int FLAGS = 4;
  private static final int STREAM = 5;

  private static final byte[] HEAD = frame(
      Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, fields());
  private static final byte[] BODY = frame(
      Http2FrameTypes.DATA, Http2Flags.END_STREAM, StandIn.BODY);

  /** The answer, for the stream that was answered last. */
  private final byte[] head = HEAD.clone();
  private final byte[] body = BODY.clone();

  private boolean greeted;

  /** In HPACK: status 200, content-type, content-length, as numbered by RFC 7541, appendix A. */
  private static byte[] fields() {
    byte[] type = "application/json".getBytes(StandardCharsets.US_ASCII);
    byte[] length = String.valueOf(StandIn.BODY.length).getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(7 + type.length + length.length)
        .put(new byte[]{(byte) 0x88, 0x0f, 0x10, (byte) type.length})
        .put(type)
        .put(new byte[]{0x0f, 0x0d})
        .put((byte) length.length)
        .put(length)
        .array();
  }

  /** A frame of stream 0. */
  private static byte[] frame(byte type, int flags, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(FrameReader.HEAD + payload.length)
        .order(ByteOrder.LITTLE_ENDIAN);
    Http2RequestEncoder.putHead(frame, 0, payload.length, type, flags);
    return frame.put(FrameReader.HEAD, payload).array();
  }

  @Override
  public int hear(ByteBuffer bytes, int from, int to, Guest guest) {
    int at = from;
    if (!greeted) {
      if (to - at < PREFACE) {
        return at;
      }
      at += PREFACE;
      greeted = true;
      guest.answer(GREETING);
    }
    while (to - at >= FrameReader.HEAD) {
      int length = Integer.reverseBytes(bytes.getInt(at)) >>> 8;
      int end = at + FrameReader.HEAD + length;
      if (end > to) {
        break;
      }
      hearFrame(bytes, at, length, guest);
      at = end;
    }
    return at;
  }

  private void hearFrame(ByteBuffer bytes, int at, int length, Guest guest) {
    int flags = bytes.get(at + FLAGS);
    byte type = bytes.get(at + 3);
    switch (type) {
      case Http2FrameTypes.SETTINGS -> acknowledge(type, flags, new byte[0], guest);
      case Http2FrameTypes.PING -> {
        var payload = new byte[length];
        bytes.get(at + FrameReader.HEAD, payload);
        acknowledge(type, flags, payload, guest);
      }
      case Http2FrameTypes.HEADERS, Http2FrameTypes.DATA -> {
        if ((flags & Http2Flags.END_STREAM) != 0) {
          for (int i = STREAM; i < FrameReader.HEAD; i++) {
            head[i] = bytes.get(at + i);
            body[i] = bytes.get(at + i);
          }
          guest.answer(head);
          guest.answer(body);
        }
      }
      default -> {
        // Nothing that an answer depends on.
      }
    }
  }

  private static void acknowledge(byte type, int flags, byte[] payload, Guest guest) {
    if ((flags & Http2Flags.ACK) == 0) {
      guest.answer(frame(type, Http2Flags.ACK, payload));
    }
  }
}
