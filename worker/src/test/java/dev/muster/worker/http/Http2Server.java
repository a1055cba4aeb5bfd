package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server of HTTP/2 that answers as a test tells it to, frame by frame if need be; loopback only. */
final class Http2Server implements AutoCloseable {

  /** What the server does with each request when it is whole; on its one event loop. */
  interface Talk {

    void with(Request request);
  }

  private static final long PING_DATA = 0x0102030405060708L;

  private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
      1, NioIoHandler.newFactory());
  private final Channel listening;
  private final Queue<Channel> guests = new ConcurrentLinkedQueue<>();
  private final AtomicInteger mostStreams = new AtomicInteger();
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
  private final Queue<Http2Error> resets = new ConcurrentLinkedQueue<>();
  private final AtomicInteger farewells = new AtomicInteger();
  private final Talk talk;

  /** With a request's head the talk begins, and its body is never read. */
  private final boolean ignoresBodies;

  private Http2Server(
      Talk talk, Http2Settings settings, @Nullable SslContext tls, boolean ignoresBodies) {
    this.talk = talk;
    this.ignoresBodies = ignoresBodies;
    listening = new ServerBootstrap()
        .group(group)
        .channel(NioServerSocketChannel.class)
        // Whose buffers nobody counts: the tests look for those of the other side.
        .childOption(ChannelOption.ALLOCATOR, new UnpooledByteBufAllocator(false, true))
        .childHandler(new ChannelInitializer<SocketChannel>() {
          @Override
          protected void initChannel(SocketChannel channel) {
            guests.add(channel);
            if (tls != null) {
              channel.pipeline().addLast(tls.newHandler(channel.alloc()));
            }
            channel.pipeline().addLast(new Guest().handler(settings), new Ear());
          }
        })
        .bind(InetAddress.getLoopbackAddress(), 0)
        .syncUninterruptibly()
        .channel();
  }

  Http2Server(Talk talk) {
    this(talk, Http2Settings.defaultSettings(), null, false);
  }

  /** Answers every request with {@code status} and {@code body}. */
  static Http2Server answering(int status, String body) {
    return new Http2Server(request -> request.answer(status, body));
  }

  /** As above, through TLS. */
  static Http2Server answering(SslContext tls, int status, String body) {
    return new Http2Server(
        request -> request.answer(status, body), Http2Settings.defaultSettings(), tls, false);
  }

  /** Lets only so much of a request's body through before it has read it. */
  static Http2Server narrow(int window, Talk talk) {
    return new Http2Server(
        talk, Http2Settings.defaultSettings().initialWindowSize(window), null, false);
  }

  /** Allows no more than {@code streams} requests at once on a connection. */
  static Http2Server allowing(int streams, Talk talk) {
    return new Http2Server(
        talk, Http2Settings.defaultSettings().maxConcurrentStreams(streams), null, false);
  }

  /** Talks as soon as a request's head has come, and reads no bodies. */
  static Http2Server ignoringBodies(Talk talk) {
    return new Http2Server(talk, Http2Settings.defaultSettings(), null, true);
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  int connections() {
    return guests.size();
  }

  /** The most requests that were open at once on a connection. */
  int mostStreams() {
    return mostStreams.get();
  }

  /** The requests so far, those that were whole. */
  List<Request> requests() {
    return List.copyOf(requests);
  }

  /** What guests said when they gave a request up; waits until all of them have left. */
  List<Http2Error> resets() {
    awaitEmpty();
    return List.copyOf(resets);
  }

  /** How many guests have said that they leave; waits until all of them have. */
  int farewells() {
    awaitEmpty();
    return farewells.get();
  }

  private void awaitEmpty() {
    for (Channel guest : guests) {
      assertThat(guest.closeFuture().awaitUninterruptibly(10, TimeUnit.SECONDS))
          .as("a guest has left")
          .isTrue();
    }
  }

  @Override
  public void close() {
    // A group that shuts down without a pause may leave its channels as they are.
    listening.close().awaitUninterruptibly();
    guests.forEach(guest -> guest.close().awaitUninterruptibly());
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** Hears of what goes wrong with a guest, such as a handshake that is meant to. */
  private static final class Ear extends ChannelInboundHandlerAdapter {

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // The guest has left or was not let in.
    }
  }

  /** A connection. */
  final class Guest extends Http2FrameAdapter {

    private final Map<Integer, Request> open = new HashMap<>();
    private @Nullable Http2ConnectionHandler handler;
    private @Nullable Runnable afterPing;

    Http2ConnectionHandler handler(Http2Settings settings) {
      var made = new Http2ConnectionHandlerBuilder()
          .server(true)
          .initialSettings(settings.maxHeaderListSize(1 << 20))
          .frameListener(this)
          .gracefulShutdownTimeoutMillis(0)
          .build();
      handler = made;
      return made;
    }

    private Http2ConnectionHandler made() {
      if (handler == null) {
        throw new IllegalStateException("no handler yet");
      }
      return handler;
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context, int stream, Http2Headers headers, int dependency,
        short weight, boolean exclusive, int padding, boolean endOfStream) {
      onHeadersRead(context, stream, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context, int stream, Http2Headers headers, int padding,
        boolean endOfStream) {
      var request = new Request(this, context, stream, headers);
      open.put(stream, request);
      mostStreams.accumulateAndGet(made().connection().numActiveStreams(), Math::max);
      if (endOfStream || ignoresBodies) {
        requests.add(request);
        talk.with(request);
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int stream, ByteBuf data, int padding,
        boolean endOfStream) {
      Request request = open.get(stream);
      if (ignoresBodies || request == null) {
        return 0;
      }
      int length = data.readableBytes();
      try {
        data.getBytes(data.readerIndex(), request.body, length);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      if (endOfStream) {
        requests.add(request);
        talk.with(request);
      }
      return length + padding;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int stream, long error) {
      resets.add(Http2Error.valueOf(error));
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long data) {
      Runnable next = afterPing;
      if (next != null && data == PING_DATA) {
        afterPing = null;
        next.run();
      }
    }

    @Override
    public void onGoAwayRead(
        ChannelHandlerContext context, int lastStream, long error, ByteBuf debugData) {
      farewells.incrementAndGet();
    }
  }

  /** A request, and the ways to answer it. */
  static final class Request {

    private final Guest guest;
    private final ChannelHandlerContext context;
    private final int stream;
    private final Http2Headers headers;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Request(Guest guest, ChannelHandlerContext context, int stream, Http2Headers headers) {
      this.guest = guest;
      this.context = context;
      this.stream = stream;
      this.headers = headers;
    }

    int stream() {
      return stream;
    }

    String path() {
      return String.valueOf(headers.path());
    }

    /** Its headers in their order, each as {@code name: value}. */
    List<String> headers() {
      var all = new ArrayList<String>();
      headers.forEach(field -> all.add(field.getKey() + ": " + field.getValue()));
      return all;
    }

    /** Its body, each byte as one character. */
    String body() {
      return body.toString(StandardCharsets.ISO_8859_1);
    }

    void answer(int status, String text) {
      head(status, text.isEmpty());
      if (!text.isEmpty()) {
        data(text, 0, true);
      }
    }

    void head(int status, boolean last, String... namesAndValues) {
      var fields = new DefaultHttp2Headers().status(Integer.toString(status));
      for (int i = 0; i < namesAndValues.length; i += 2) {
        fields.add(namesAndValues[i], namesAndValues[i + 1]);
      }
      send(fields, last);
    }

    void trailers(String name, String value) {
      send(new DefaultHttp2Headers().add(name, value), true);
    }

    /** A head that lacks a status. */
    void headWithoutStatus() {
      send(new DefaultHttp2Headers().add("server", "test"), true);
    }

    private void send(Http2Headers fields, boolean last) {
      var _ = guest.made()
          .encoder()
          .writeHeaders(context, stream, fields, 0, last, context.newPromise());
      guest.made().flush(context);
    }

    void data(String text, int padding, boolean last) {
      var _ = guest.made()
          .encoder()
          .writeData(
              context, stream,
              Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)), padding, last,
              context.newPromise());
      guest.made().flush(context);
    }

    /** A frame of data, whatever may be allowed. */
    void dataUnasked(String text) {
      var _ = guest.made()
          .encoder()
          .frameWriter()
          .writeData(
              context, stream,
              Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)), 0, true,
              context.newPromise());
      context.flush();
    }

    void reset(Http2Error error) {
      var _ = guest.made().resetStream(context, stream, error.code(), context.newPromise());
      context.flush();
    }

    /** Takes no more requests on its connection, and has taken none above {@code lastStream}. */
    void goAway(int lastStream) {
      var _ = guest.made()
          .encoder()
          .frameWriter()
          .writeGoAway(
              context, lastStream, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER,
              context.newPromise());
      context.flush();
    }

    /** Asks for a sign of life, and does {@code next} when it has come. */
    void ping(Runnable next) {
      guest.afterPing = next;
      var _ = guest.made()
          .encoder()
          .writePing(context, false, PING_DATA, context.newPromise());
      context.flush();
    }

    /** Writes bytes past the codec. */
    void raw(byte... bytes) {
      var _ = context.writeAndFlush(Unpooled.wrappedBuffer(bytes));
    }

    /** Closes its connection without a word. */
    void close() {
      var _ = context.close();
    }
  }
}
