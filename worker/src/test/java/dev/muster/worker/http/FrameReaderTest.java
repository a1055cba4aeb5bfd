package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever frames a target sends, and wherever their bytes are cut, they are read as Netty reads
 * them.
 */
class FrameReaderTest {

  private static final int CASES = 3_000;

  /** The same of what Netty's reader tells. */
  private static final class NettyHeard extends Http2FrameAdapter {

    private final List<String> events = new ArrayList<>();

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context, int stream, Http2Headers headers, int padding,
        boolean last) {
      CharSequence length = headers.get("content-length");
      events.add(
          "headers " + stream + " " + last + " " + headers.status() + " "
              + (length == null ? "-1" : length));
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context, int stream, Http2Headers headers, int dependency,
        short weight, boolean exclusive, int padding, boolean last) {
      onHeadersRead(context, stream, headers, padding, last);
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean last) {
      events.add(
          "data " + stream + " " + data.toString(StandardCharsets.ISO_8859_1) + " "
              + (data.readableBytes() + padding) + " " + last);
      return 0;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int stream, long error) {
      events.add("reset " + stream + " " + (int) error);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) {
      settings.forEach((key, value) -> events.add("setting " + (int) key + " " + value));
      events.add("settings");
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) {
      events.add("ping " + data);
    }

    @Override
    public void onGoAwayRead(
        ChannelHandlerContext context, int lastStream, long error, ByteBuf debugData) {
      events.add("go away " + lastStream + " " + (int) error);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext context, int stream, int more) {
      events.add("window " + stream + " " + more);
    }
  }

  @Test
  void frames_are_read_as_netty_reads_them_wherever_they_are_cut() throws Http2Exception {
    for (int seed = 0; seed < CASES; seed++) {
      var random = new Random(seed);
      byte[] bytes = frames(random);
      var ours = new HeardFrames();

      read(new FrameReader(ours), bytes, random);

      assertThat(ours.events).as("seed %d", seed).isEqualTo(readByNetty(bytes));
    }
  }

  @Test
  void broken_frames_are_read_or_refused_and_nothing_else() {
    int refused = 0;
    for (int seed = 0; seed < CASES; seed++) {
      var random = new Random(seed);
      byte[] bytes = frames(random);
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        read(new FrameReader(new HeardFrames()), bytes, random);
      } catch (Http2Exception e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void a_reader_that_is_stopped_reads_no_more() throws Http2Exception {
    var heard = new HeardFrames();
    var reader = new FrameReader(heard);
    reader.stop();

    read(reader, frames(new Random(1)), new Random(1));

    assertThat(heard.events).isEmpty();
  }

  @Test
  void what_breaks_the_rules_of_a_connection_is_refused() {
    refused(Http2Error.PROTOCOL_ERROR, frame(6, 0, 0, 8));
    refused(Http2Error.FRAME_SIZE_ERROR, settings(), frame(1, 4, 1, 16_385));
    refused(Http2Error.PROTOCOL_ERROR, settings(), frame(0, 0, 0, 1));
    refused(Http2Error.FRAME_SIZE_ERROR, settings(), frame(0, Http2Flags.PADDED, 1, 0));
    refused(Http2Error.PROTOCOL_ERROR, settings(), frame(1, Http2Flags.PADDED, 1, 0));
    refused(Http2Error.PROTOCOL_ERROR, settings(), frame(1, Http2Flags.PRIORITY, 1, 4));
    refused(Http2Error.PROTOCOL_ERROR, settings(), frame(1, 4, 0, 1));
    refused(Http2Error.PROTOCOL_ERROR, settings(), frame(1, 0, 1, 1), frame(6, 0, 0, 8));
    refused(Http2Error.PROTOCOL_ERROR, settings(), frame(1, 0, 1, 1), frame(9, 4, 3, 1));
    refused(Http2Error.PROTOCOL_ERROR, settings(), frame(9, 4, 1, 1));
    refused(Http2Error.PROTOCOL_ERROR, settings(), frame(3, 0, 1, 3));
    refused(Http2Error.PROTOCOL_ERROR, frame(4, 0, 0, 5));
    refused(Http2Error.PROTOCOL_ERROR, frame(4, 0, 1, 6));
    refused(Http2Error.PROTOCOL_ERROR, frame(4, Http2Flags.ACK, 0, 6));
    refused(Http2Error.PROTOCOL_ERROR, settings(), frame(5, 4, 1, 8));
    refused(Http2Error.PROTOCOL_ERROR, settings(), frame(6, 0, 1, 8));
    refused(Http2Error.PROTOCOL_ERROR, settings(), frame(7, 0, 0, 7));
    refused(Http2Error.PROTOCOL_ERROR, settings(), frame(8, 0, 0, 5));
    refused(Http2Error.COMPRESSION_ERROR, settings(), frame(1, 4, 1, 1));
  }

  @Test
  void a_header_block_that_does_not_end_is_refused() {
    var frames = new ArrayList<>(List.of(settings(), frame(1, 0, 1, 16_384)));
    for (int i = 0; i < 16; i++) {
      frames.add(frame(9, 0, 1, 16_384));
    }
    refused(Http2Error.ENHANCE_YOUR_CALM, frames.toArray(byte[][]::new));
  }

  @Test
  void a_header_block_that_goes_on_in_too_many_frames_is_refused_however_small_they_are() {
    var frames = new ArrayList<>(List.of(settings(), frame(1, 0, 1, 0)));
    for (int i = 0; i < 128; i++) {
      frames.add(frame(9, 0, 1, i % 2));
    }
    refused(Http2Error.ENHANCE_YOUR_CALM, frames.toArray(byte[][]::new));
  }

  private static void refused(Http2Error error, byte[]... frames) {
    byte[] bytes = joined(frames);
    assertThatThrownBy(() -> read(new FrameReader(new HeardFrames()), bytes, new Random(1)))
        .isInstanceOfSatisfying(
            Http2Exception.class, e -> assertThat(e.error()).isEqualTo(error));
  }

  private static byte[] joined(byte[]... frames) {
    ByteBuf all = Unpooled.buffer();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    return taken(all);
  }

  private static byte[] settings() {
    return frame(4, 0, 0, 0);
  }

  /** A frame of zeros. */
  private static byte[] frame(int type, int flags, int stream, int length) {
    ByteBuf frame = Unpooled.buffer().writeMedium(length).writeByte(type).writeByte(flags);
    return taken(frame.writeInt(stream).writeZero(length));
  }

  private static byte[] taken(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    return bytes;
  }

  private static void read(FrameReader reader, byte[] bytes, Random random) throws Http2Exception {
    // Pieces lie anywhere in a buffer that is used again, as those of an event loop do.
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 64).order(ByteOrder.LITTLE_ENDIAN);
    int longest = random.nextBoolean() ? bytes.length : 1 + random.nextInt(40);
    for (int at = 0; at < bytes.length;) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(longest));
      int place = random.nextInt(64);
      buffer.put(place, bytes, at, length);
      reader.read(buffer, place, place + length);
      at += length;
    }
  }

  private static List<String> readByNetty(byte[] bytes) throws Http2Exception {
    var heard = new NettyHeard();
    var channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    var context = channel.pipeline().firstContext();
    ByteBuf input = Unpooled.wrappedBuffer(bytes);
    try (var reader = new DefaultHttp2FrameReader(
        new DefaultHttp2HeadersDecoder(true, 256 * 1024))) {
      while (input.isReadable()) {
        reader.readFrame(context, input, heard);
      }
    }
    channel.finishAndReleaseAll();
    return heard.events;
  }

  /** What a target might say, in frames that Netty's writer has made. */
  private static byte[] frames(Random random) {
    var channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    ChannelHandlerContext context = channel.pipeline().firstContext();
    try (var writer = new DefaultHttp2FrameWriter(HeaderBlocksTest.encoder(random))) {
      var _ = writer.writeSettings(
          context, Http2Settings.defaultSettings().maxConcurrentStreams(random.nextInt(200)),
          context.newPromise());
      for (int i = random.nextInt(12); i > 0; i--) {
        write(writer, context, random);
      }
    }
    channel.flush();
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    channel.finishAndReleaseAll();
    return taken(all);
  }

  private static void write(
      DefaultHttp2FrameWriter writer, ChannelHandlerContext context, Random random) {
    int stream = 1 + 2 * random.nextInt(50);
    boolean last = random.nextBoolean();
    int padding = random.nextInt(3) == 0 ? random.nextInt(200) : 0;
    var _ = switch (random.nextInt(10)) {
      case 0 -> writer.writeHeaders(
          context, stream, headers(random), padding, last, context.newPromise());
      case 1 -> writer.writeHeaders(
          context, stream, headers(random), 0, (short) 10, true, padding, last,
          context.newPromise());
      case 2, 3 -> writer.writeData(
          context, stream,
          Unpooled
              .wrappedBuffer("x".repeat(random.nextInt(300)).getBytes(StandardCharsets.US_ASCII)),
          padding, last, context.newPromise());
      case 4 -> writer.writeRstStream(
          context, stream, random.nextInt(14), context.newPromise());
      case 5 -> writer.writePing(context, random.nextBoolean(), random.nextLong(),
          context.newPromise());
      case 6 -> writer.writeGoAway(
          context, stream, random.nextInt(14), Unpooled.wrappedBuffer(new byte[random.nextInt(9)]),
          context.newPromise());
      case 7 -> writer.writeWindowUpdate(
          context, random.nextBoolean() ? 0 : stream, 1 + random.nextInt(100_000),
          context.newPromise());
      case 8 -> writer.writeSettingsAck(context, context.newPromise());
      default -> writer.writeFrame(
          context, (byte) (16 + random.nextInt(100)), stream,
          new Http2Flags((short) random.nextInt(256)),
          Unpooled.wrappedBuffer(new byte[random.nextInt(50)]), context.newPromise());
    };
  }

  /** Headers of an answer, at times too long for one frame. */
  private static Http2Headers headers(Random random) {
    var headers = new DefaultHttp2Headers().status(
        List.of("200", "404", "503", "302", "100", "999").get(random.nextInt(6)));
    headers.add("server", "some server");
    if (random.nextBoolean()) {
      headers.add("content-length", Integer.toString(random.nextInt(100_000)));
    }
    if (random.nextInt(4) == 0) {
      headers.add("x-long", "y".repeat(random.nextInt(7_000)));
    }
    if (random.nextInt(10) == 0) {
      for (int i = 0; i < 5; i++) {
        headers.add("x-longer-" + i, Long.toString(random.nextLong()).repeat(1_000));
      }
    }
    return headers;
  }
}
