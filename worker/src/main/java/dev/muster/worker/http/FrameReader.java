package dev.muster.worker.http;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads the frames that a target sends over one connection of HTTP/2 (RFC 9113, 4 and 6), however its
 * bytes are parted. Data goes on as it comes, everything else as a whole; header blocks are joined,
 * padding and priorities left out, frames of unknown types skipped. For one thread.
 */
final class FrameReader {

  /** Hears of frames, in their order. What breaks the rules of the connection is thrown. */
  interface Frames {

    /**
     * A header block, in the bytes from {@code from} to below {@code to}; {@code last} of its
     * stream.
     */
    void headers(int stream, boolean last, ByteBuffer bytes, int from, int to)
        throws Http2Exception;

    /** A piece of the content of a frame of data; {@link #dataEnded} tells of its end. */
    void data(int stream, ByteBuffer bytes, int from, int count) throws Http2Exception;

    /**
     * A frame of data has ended, of {@code length} bytes with its padding; {@code last} of its
     * stream.
     */
    void dataEnded(int stream, int length, boolean last) throws Http2Exception;

    /** The target ends a stream, with a code of RFC 9113, 7. */
    void reset(int stream, int error) throws Http2Exception;

    /** One of the target's settings, unsigned; {@link #settingsEnded} follows. */
    void setting(int key, long value) throws Http2Exception;

    void settingsEnded() throws Http2Exception;

    /** A question for a sign of life; {@code data} is to be given back, as it was read. */
    void ping(long data) throws Http2Exception;

    /** The target takes no stream above {@code lastStream}. */
    void goAway(int lastStream, int error);

    /** The target takes {@code more} bytes of data, on a stream or, where that is 0, on all. */
    void windowUpdate(int stream, int more) throws Http2Exception;
  }

  /** The bytes before the payload of each frame. */
  static final int HEAD = 9;

  /** The longest payload, as nobody has asked for longer ones. */
  static final int PAYLOAD_MAX = 16_384;

  /** A header block may be so long, as in {@link OddAnswer}. */
  private static final int BLOCK_MAX = 256 * 1024;

  /** And in so many frames, as even empty ones are work. */
  private static final int BLOCK_FRAMES_MAX = 128;

  private final Frames frames;
  private boolean begun;
  private boolean stopped;

  /** The beginning of a frame of which the rest has not come. */
  private byte[] held = new byte[HEAD];

  private int heldLength;

  /** The frame of data that is being read. */
  private int dataStream;

  private int dataFlags;
  private int dataLength;
  private int contentLeft;
  private int paddingLeft;
  private boolean inData;
  private boolean paddingUnknown;

  /** A header block that goes on in another frame. */
  private byte[] block = new byte[0];

  private int blockLength;
  private int blockFrames;
  private int blockStream;
  private boolean blockIsLast;

  FrameReader(Frames frames) {
    this.frames = frames;
  }

  /** Reads no more, of the bytes at hand neither. */
  void stop() {
    stopped = true;
  }

  /**
   * Reads on, in the bytes from {@code from} to below {@code to} of a little-endian buffer.
   *
   * @throws Http2Exception if they are no frames, or break the rules of a connection
   */
  void read(ByteBuffer bytes, int from, int to) throws Http2Exception {
    int at = from;
    while (at < to && !stopped) {
      if (inData) {
        at = readData(bytes, at, to);
      } else if (heldLength > 0) {
        at = readOn(bytes, at, to);
      } else if (to - at < HEAD) {
        at = hold(bytes, at, to);
      } else if (beginsData(bytes, at)) {
        at += HEAD;
        endDataIfWhole();
      } else {
        int end = at + HEAD + lengthAt(bytes, at);
        if (end > to) {
          at = hold(bytes, at, to);
        } else {
          readFrame(bytes, at, end);
          at = end;
        }
      }
    }
  }

  private int lengthAt(ByteBuffer bytes, int at) throws Http2Exception {
    int length = Integer.reverseBytes(bytes.getInt(at)) >>> 8;
    byte type = bytes.get(at + 3);
    if (!begun && type != Http2FrameTypes.SETTINGS) {
      throw error(Http2Error.PROTOCOL_ERROR, "the first frame is not of settings");
    }
    begun = true;
    if (length > PAYLOAD_MAX) {
      throw error(Http2Error.FRAME_SIZE_ERROR, "a frame is too long");
    }
    if (blockStream != 0 && type != Http2FrameTypes.CONTINUATION) {
      throw error(Http2Error.PROTOCOL_ERROR, "a header block does not go on");
    }
    return length;
  }

  private int hold(ByteBuffer bytes, int from, int to) {
    if (held.length < heldLength + to - from) {
      held = Arrays.copyOf(held, Math.max(2 * held.length, heldLength + to - from));
    }
    bytes.get(from, held, heldLength, to - from);
    heldLength += to - from;
    return to;
  }

  /** Reads the frame that is held, as far as its bytes are there. */
  private int readOn(ByteBuffer bytes, int from, int to) throws Http2Exception {
    int at = from;
    if (heldLength < HEAD) {
      at = hold(bytes, at, Math.min(to, at + HEAD - heldLength));
      if (heldLength < HEAD) {
        return at;
      }
    }
    ByteBuffer begin = ByteBuffer.wrap(held).order(ByteOrder.LITTLE_ENDIAN);
    if (beginsData(begin, 0)) {
      heldLength = 0;
      endDataIfWhole();
      return at;
    }
    int whole = HEAD + lengthAt(begin, 0);
    at = hold(bytes, at, Math.min(to, at + whole - heldLength));
    if (heldLength == whole) {
      byte[] frame = held;
      held = new byte[HEAD];
      heldLength = 0;
      readFrame(ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN), 0, whole);
    }
    return at;
  }

  private boolean beginsData(ByteBuffer bytes, int at) throws Http2Exception {
    if (bytes.get(at + 3) != Http2FrameTypes.DATA) {
      return false;
    }
    dataLength = lengthAt(bytes, at);
    dataFlags = bytes.get(at + 4);
    dataStream = streamAt(bytes, at);
    if (dataStream == 0) {
      throw error(Http2Error.PROTOCOL_ERROR, "data belongs to no stream");
    }
    contentLeft = dataLength;
    paddingLeft = 0;
    paddingUnknown = (dataFlags & Http2Flags.PADDED) != 0;
    if (paddingUnknown && dataLength == 0) {
      throw error(Http2Error.FRAME_SIZE_ERROR, "padding has no length");
    }
    inData = true;
    return true;
  }

  private int readData(ByteBuffer bytes, int from, int to) throws Http2Exception {
    int at = from;
    if (paddingUnknown) {
      paddingUnknown = false;
      paddingLeft = bytes.get(at++) & 0xff;
      contentLeft -= 1 + paddingLeft;
      if (contentLeft < 0) {
        throw error(Http2Error.PROTOCOL_ERROR, "padding is longer than its frame");
      }
    }
    int content = Math.min(contentLeft, to - at);
    if (content > 0) {
      contentLeft -= content;
      frames.data(dataStream, bytes, at, content);
      at += content;
    }
    int padding = Math.min(paddingLeft, to - at);
    paddingLeft -= padding;
    endDataIfWhole();
    return at + padding;
  }

  private void endDataIfWhole() throws Http2Exception {
    if (contentLeft == 0 && paddingLeft == 0) {
      inData = false;
      frames.dataEnded(dataStream, dataLength, (dataFlags & Http2Flags.END_STREAM) != 0);
    }
  }

  private void readFrame(ByteBuffer bytes, int at, int end) throws Http2Exception {
    byte type = bytes.get(at + 3);
    int flags = bytes.get(at + 4);
    int stream = streamAt(bytes, at);
    int from = at + HEAD;
    int length = end - from;
    switch (type) {
      case Http2FrameTypes.HEADERS -> readHeaders(bytes, from, end, flags, stream);
      case Http2FrameTypes.CONTINUATION -> readContinuation(bytes, from, end, flags, stream);
      case Http2FrameTypes.PRIORITY -> require(length == 5 && stream != 0);
      case Http2FrameTypes.RST_STREAM -> {
        require(length == 4 && stream != 0);
        frames.reset(stream, intAt(bytes, from));
      }
      case Http2FrameTypes.SETTINGS -> readSettings(bytes, from, end, flags, stream);
      case Http2FrameTypes.PUSH_PROMISE ->
        throw error(Http2Error.PROTOCOL_ERROR, "a push that was forbidden");
      case Http2FrameTypes.PING -> {
        require(length == 8 && stream == 0);
        if ((flags & Http2Flags.ACK) == 0) {
          frames.ping(bytes.getLong(from));
        }
      }
      case Http2FrameTypes.GO_AWAY -> {
        require(length >= 8 && stream == 0);
        frames.goAway(intAt(bytes, from) & Integer.MAX_VALUE, intAt(bytes, from + 4));
      }
      case Http2FrameTypes.WINDOW_UPDATE -> {
        require(length == 4);
        frames.windowUpdate(stream, intAt(bytes, from) & Integer.MAX_VALUE);
      }
      default -> {
        // Unknown types are extensions that nobody has agreed on (RFC 9113, 5.5).
      }
    }
  }

  private void readHeaders(ByteBuffer bytes, int from, int to, int flags, int stream)
      throws Http2Exception {
    require(stream != 0);
    int begin = from;
    int end = to;
    if ((flags & Http2Flags.PADDED) != 0) {
      require(begin < end);
      end -= bytes.get(begin++) & 0xff;
    }
    if ((flags & Http2Flags.PRIORITY) != 0) {
      begin += 5;
    }
    require(begin <= end);
    boolean last = (flags & Http2Flags.END_STREAM) != 0;
    if ((flags & Http2Flags.END_HEADERS) != 0) {
      frames.headers(stream, last, bytes, begin, end);
    } else {
      blockStream = stream;
      blockIsLast = last;
      blockLength = 0;
      blockFrames = 0;
      join(bytes, begin, end);
    }
  }

  private void readContinuation(ByteBuffer bytes, int from, int to, int flags, int stream)
      throws Http2Exception {
    require(stream != 0 && stream == blockStream);
    join(bytes, from, to);
    if (blockLength > BLOCK_MAX || blockFrames > BLOCK_FRAMES_MAX) {
      throw error(Http2Error.ENHANCE_YOUR_CALM, "a header block does not end");
    }
    if ((flags & Http2Flags.END_HEADERS) != 0) {
      byte[] joined = block;
      blockStream = 0;
      block = new byte[0];
      frames.headers(stream, blockIsLast, ByteBuffer.wrap(joined), 0, blockLength);
    }
  }

  private void join(ByteBuffer bytes, int from, int to) {
    int length = blockLength + to - from;
    if (length > block.length) {
      block = Arrays.copyOf(block, Math.max(2 * block.length, length));
    }
    bytes.get(from, block, blockLength, to - from);
    blockLength = length;
    blockFrames++;
  }

  private void readSettings(ByteBuffer bytes, int from, int to, int flags, int stream)
      throws Http2Exception {
    require(stream == 0);
    if ((flags & Http2Flags.ACK) != 0) {
      require(from == to);
      return;
    }
    require((to - from) % 6 == 0);
    for (int at = from; at < to; at += 6) {
      int key = Short.toUnsignedInt(Short.reverseBytes(bytes.getShort(at)));
      frames.setting(key, intAt(bytes, at + 2) & 0xffff_ffffL);
    }
    frames.settingsEnded();
  }

  private static int streamAt(ByteBuffer bytes, int at) {
    return intAt(bytes, at + 5) & Integer.MAX_VALUE;
  }

  private static int intAt(ByteBuffer bytes, int at) {
    return Integer.reverseBytes(bytes.getInt(at));
  }

  private static void require(boolean formed) throws Http2Exception {
    if (!formed) {
      throw error(Http2Error.PROTOCOL_ERROR, "a frame is malformed");
    }
  }

  private static Http2Exception error(Http2Error code, String what) {
    return Http2Exception.connectionError(code, what);
  }
}
