package dev.muster.worker.http;

import dev.muster.plan.HttpOptions.Version;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A target of the worker's own, on a free port of the loopback address: it gives every request the same
 * answer, and costs as little as can be, as it shares its cores with what is to become warm. So its
 * guests come over wires of the kinds that lead to a target: what is compiled for those is compiled for
 * the run, and Netty's channels and pipelines would take as long again. It closes a connection now and
 * then, so that connecting becomes warm too.
 */
public final class StandIn implements AutoCloseable {

  private static final int BACKLOG = 128;

  /** Requests on a connection before it is closed; many where it takes a handshake to open one. */
  private static final int REQUESTS_EACH = 32;
  private static final int REQUESTS_EACH_OVER_TLS = 1_024;

  private static final int ANSWERS_BYTES = 64 * 1024;

  /** What it answers. */
  static final byte[] BODY = ("{\"ID\":17,\"Readings\":["
      + "{\"MeasureID\":1,\"Value\":17},".repeat(10) + "{}]}").getBytes(StandardCharsets.US_ASCII);

  private final MultiThreadIoEventLoopGroup group;
  private final @Nullable SslContext tls;
  private final Version version;
  private final LoopBuffers buffers;

  /** Between a guest and the wire on which it comes. */
  private final UnaryOperator<Wire.Unread> secured;

  /** The event loop's. */
  private final Set<Guest> guests = new HashSet<>();
  private final InetSocketAddress address;
  private final Runnable stopListening;

  private StandIn(
      MultiThreadIoEventLoopGroup group, Transport transport, @Nullable SslContext tls,
      Version version) throws IOException {
    this.group = group;
    this.tls = tls;
    this.version = version;
    buffers = new LoopBuffers(ANSWERS_BYTES);
    LoopBuffers below = tls == null ? buffers : TlsWire.encrypted();
    secured = tls == null ? UnaryOperator.identity() : TlsWire.guests(below, buffers, tls);
    var any = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    if (transport.isEpoll()) {
      IoEventLoop loop = group.next();
      SocketListener listener = SocketListener.listen(
          loop, any, BACKLOG, guest -> comes(SocketWire.guest(loop, below, guest)));
      address = listener.address();
      stopListening = listener::close;
    } else {
      ChannelFuture bound = new ServerBootstrap().group(group)
          .channel(transport.listener())
          .option(ChannelOption.SO_BACKLOG, BACKLOG)
          .childHandler(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
              comes(ChannelWire.guest(channel, below));
            }
          })
          .bind(any)
          .awaitUninterruptibly();
      if (!bound.isSuccess()) {
        throw new IOException(bound.cause());
      }
      address = (InetSocketAddress) bound.channel().localAddress();
      stopListening = () -> {
        var _ = bound.channel().close();
      };
    }
  }

  /**
   * Opens one.
   *
   * @param version the only one that it speaks; over http without being asked
   * @throws IOException if there is no port
   */
  public static StandIn open(boolean overTls, Version version) throws IOException {
    return open(Transport.best(), overTls, version);
  }

  /** As above, by other means than the best. */
  static StandIn open(Transport transport, boolean overTls, Version version) throws IOException {
    var group = new MultiThreadIoEventLoopGroup(
        1, new DefaultThreadFactory("stand-in", true), transport.handlers());
    SslContext tls = overTls ? TargetTls.standIn() : null;
    try {
      return new StandIn(group, transport, tls, version);
    } catch (IOException e) {
      end(group, tls);
      throw e;
    }
  }

  private void comes(Wire.Unread wire) {
    Guest.Speech speech = switch (version) {
      case HTTP_1_1 -> new Http1Guest(tls == null ? REQUESTS_EACH : REQUESTS_EACH_OVER_TLS);
      case HTTP_2 -> new Http2Guest();
    };
    try {
      guests.add(new Guest(secured.apply(wire), buffers, speech, guests::remove));
    } catch (IOException e) {
      // It has gone again: the rehearsal goes on without.
    }
  }

  /** Where it listens, as the target of a plan. */
  public URI address() {
    return URI
        .create((tls == null ? "http" : "https") + "://127.0.0.1:" + address.getPort());
  }

  /** Where it listens. */
  InetSocketAddress socketAddress() {
    return address;
  }

  /** Closes it and its connections. */
  @Override
  public void close() {
    // First, as a group that shuts down without a pause may leave its sockets as they are.
    group.next().submit(() -> {
      stopListening.run();
      List.copyOf(guests).forEach(Guest::close);
    }).awaitUninterruptibly();
    end(group, tls);
  }

  private static void end(MultiThreadIoEventLoopGroup group, @Nullable SslContext tls) {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    ReferenceCountUtil.release(tls);
  }
}
