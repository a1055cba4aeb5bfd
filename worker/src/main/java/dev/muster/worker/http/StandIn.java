package dev.muster.worker.http;

import dev.muster.plan.HttpOptions.Version;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A target of the worker's own, on a free port of the loopback address: it gives every request the same
 * answer, and costs as little as can be, as it shares its cores with what is to become warm. It closes
 * a connection now and then, so that connecting becomes warm too.
 */
public final class StandIn implements AutoCloseable {

  private static final int BACKLOG = 128;

  /** Requests on a connection before it is closed; many where it takes a handshake to open one. */
  private static final int REQUESTS_EACH = 32;
  private static final int REQUESTS_EACH_OVER_TLS = 1_024;

  private static final byte[] BODY = ("{\"ID\":17,\"Readings\":["
      + "{\"MeasureID\":1,\"Value\":17},".repeat(10) + "{}]}").getBytes(StandardCharsets.US_ASCII);

  private static final byte[] ANSWER = answer("keep-alive");
  private static final byte[] LAST_ANSWER = answer("close");

  /** What listens on the event loop. From any thread but the loop's. */
  interface Listener {

    InetSocketAddress address();

    /** Closes it and its connections; on return they are. */
    void shut();
  }

  private final MultiThreadIoEventLoopGroup group;
  private final Listener listener;
  private final @Nullable SslContext tls;

  private StandIn(
      MultiThreadIoEventLoopGroup group, Listener listener, @Nullable SslContext tls) {
    this.group = group;
    this.listener = listener;
    this.tls = tls;
  }

  /**
   * Opens one.
   *
   * @param version the only one that it speaks; over http without being asked
   * @throws IOException if there is no port
   */
  public static StandIn open(boolean overTls, Version version) throws IOException {
    Transport transport = Transport.best();
    var group = new MultiThreadIoEventLoopGroup(
        1, new DefaultThreadFactory("stand-in", true), transport.handlers());
    SslContext tls = overTls ? TargetTls.standIn() : null;
    var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    try {
      Listener listener = tls == null && version == Version.HTTP_1_1 && transport.isEpoll()
          ? PlainStandIn.listen(
              group.next(), address, BACKLOG, REQUESTS_EACH, ANSWER, LAST_ANSWER)
          : listen(group, transport, address, tls, version);
      return new StandIn(group, listener, tls);
    } catch (IOException e) {
      end(group, tls);
      throw e;
    }
  }

  private static Listener listen(
      MultiThreadIoEventLoopGroup group, Transport transport, InetSocketAddress address,
      @Nullable SslContext tls, Version version) throws IOException {
    int requests = tls == null ? REQUESTS_EACH : REQUESTS_EACH_OVER_TLS;
    // One that comes while all are closed is closed as well.
    var open = new DefaultChannelGroup(group.next(), true);
    ChannelFuture bound = new ServerBootstrap().group(group)
        .channel(transport.listener())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            open.add(channel);
            if (tls != null) {
              channel.pipeline().addLast(tls.newHandler(channel.alloc()));
            }
            channel.pipeline().addLast(switch (version) {
              case HTTP_1_1 -> new Http1Guest(requests);
              case HTTP_2 -> new Http2Guest();
            }, new Turn());
          }
        })
        .bind(address)
        .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(bound.cause());
    }
    open.add(bound.channel());
    return new Channels((InetSocketAddress) bound.channel().localAddress(), open);
  }

  /** Where it listens, as the target of a plan. */
  public URI address() {
    return URI
        .create((tls == null ? "http" : "https") + "://127.0.0.1:"
            + listener.address().getPort());
  }

  /** Where it listens. */
  InetSocketAddress socketAddress() {
    return listener.address();
  }

  /** Closes it and its connections. */
  @Override
  public void close() {
    // First, as a group that shuts down without a pause may leave its sockets as they are.
    listener.shut();
    end(group, tls);
  }

  private static void end(MultiThreadIoEventLoopGroup group, @Nullable SslContext tls) {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    ReferenceCountUtil.release(tls);
  }

  /** Of HTTP/1.1, as many servers put it. */
  private static byte[] answer(String connection) {
    return joined(
        ascii(
            "HTTP/1.1 200 OK\r\nServer: stand-in\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + BODY.length
                + "\r\nConnection: " + connection + "\r\n\r\n"),
        BODY);
  }

  private static ByteBuf constant(byte[]... parts) {
    return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(joined(parts)).asReadOnly());
  }

  private static byte[] joined(byte[]... parts) {
    var joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Of Netty: the one that listens, and those who have come. */
  private record Channels(InetSocketAddress address, ChannelGroup open) implements Listener {

    @Override
    public void shut() {
      open.close().awaitUninterruptibly();
    }
  }

  /** Sends what has been written when all that came is read, and closes a connection that is broken. */
  private static final class Turn extends ChannelInboundHandlerAdapter {

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }

  /** Who speaks HTTP/1.1. */
  private static final class Http1Guest extends ByteToMessageDecoder {

    private static final ByteBuf HEAD_END = constant(ascii("\r\n\r\n"));
    private static final ByteBuf ANSWER = constant(StandIn.ANSWER);
    private static final ByteBuf LAST_ANSWER = constant(StandIn.LAST_ANSWER);
    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *([0-9]+)");

    private int left;

    Http1Guest(int requests) {
      left = requests;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      int length = ByteBufUtil.indexOf(HEAD_END, in);
      if (length < 0) {
        return;
      }
      String head = in.toString(in.readerIndex(), length, StandardCharsets.US_ASCII)
          .toLowerCase(Locale.ROOT);
      Matcher body = LENGTH.matcher(head);
      int whole = length + HEAD_END.readableBytes()
          + (body.find() ? Integer.parseInt(body.group(1)) : 0);
      if (in.readableBytes() < whole) {
        return;
      }
      in.skipBytes(whole);
      if (--left <= 0 || head.contains("\r\nconnection: close")) {
        var _ = context.writeAndFlush(LAST_ANSWER.duplicate())
            .addListener(ChannelFutureListener.CLOSE);
      } else {
        var _ = context.write(ANSWER.duplicate());
      }
    }
  }

  /** Who speaks HTTP/2 (RFC 9113), of which it takes what the worker's own requests need. */
  private static final class Http2Guest extends ByteToMessageDecoder {

    private static final int PREFACE = 24;

    /** All the room there can be for bodies: 4 is SETTINGS_INITIAL_WINDOW_SIZE. */
    private static final ByteBuf GREETING = constant(
        new byte[]{0, 0, 6, Http2FrameTypes.SETTINGS, 0, 0, 0, 0, 0, 0, 4, 0x7f, -1, -1, -1},
        new byte[]{0, 0, 4, Http2FrameTypes.WINDOW_UPDATE, 0, 0, 0, 0, 0, 0x7f, -1, 0, 0});

    /** In HPACK: status 200, content-type, content-length, as numbered by RFC 7541, appendix A. */
    private static final ByteBuf FIELDS = fields();
    private static final ByteBuf CONTENT = constant(BODY);

    private boolean greeted;

    private static ByteBuf fields() {
      byte[] type = ascii("application/json");
      byte[] length = ascii(String.valueOf(BODY.length));
      return constant(
          new byte[]{(byte) 0x88, 0x0f, 0x10, (byte) type.length}, type,
          new byte[]{0x0f, 0x0d, (byte) length.length}, length);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      if (!greeted) {
        if (in.readableBytes() >= PREFACE) {
          in.skipBytes(PREFACE);
          greeted = true;
          var _ = context.write(GREETING.duplicate());
        }
        return;
      }
      if (in.readableBytes() < FrameReader.HEAD) {
        return;
      }
      int at = in.readerIndex();
      int length = in.getUnsignedMedium(at);
      if (in.readableBytes() < FrameReader.HEAD + length) {
        return;
      }
      int flags = in.getByte(at + 4);
      int stream = in.getInt(at + 5);
      switch (in.getByte(at + 3)) {
        case Http2FrameTypes.SETTINGS -> acknowledge(
            context, Http2FrameTypes.SETTINGS, flags, Unpooled.EMPTY_BUFFER);
        case Http2FrameTypes.PING -> acknowledge(
            context, Http2FrameTypes.PING, flags, in.slice(at + FrameReader.HEAD, length));
        case Http2FrameTypes.HEADERS, Http2FrameTypes.DATA -> {
          if ((flags & Http2Flags.END_STREAM) != 0) {
            frame(context, Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, stream, FIELDS);
            frame(context, Http2FrameTypes.DATA, Http2Flags.END_STREAM, stream, CONTENT);
          }
        }
        default -> {
          // Nothing that an answer depends on.
        }
      }
      in.skipBytes(FrameReader.HEAD + length);
    }

    private static void acknowledge(
        ChannelHandlerContext context, byte type, int flags, ByteBuf payload) {
      if ((flags & Http2Flags.ACK) == 0) {
        frame(context, type, Http2Flags.ACK, 0, payload);
      }
    }

    /** Writes a frame; {@code payload} stays as it is. */
    private static void frame(
        ChannelHandlerContext context, byte type, int flags, int stream, ByteBuf payload) {
      int length = payload.readableBytes();
      ByteBuf frame = context.alloc().buffer(FrameReader.HEAD + length);
      frame.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
      frame.writeBytes(payload, payload.readerIndex(), length);
      var _ = context.write(frame);
    }
  }
}
