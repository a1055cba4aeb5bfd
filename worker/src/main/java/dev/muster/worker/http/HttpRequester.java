package dev.muster.worker.http;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.Plan;
import dev.muster.worker.engine.Exchange;
import dev.muster.worker.engine.FailureKind;
import dev.muster.worker.engine.Requester;
import dev.muster.worker.engine.Script;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests of one event loop over connections that its users keep, share, or open anew each
 * time. For the event loop's thread.
 */
final class HttpRequester implements Requester, Connection.Owner {

  /** Who wants to know how requests end; the event loop that drives the engine. */
  interface Ends {

    void connected(Exchange exchange);

    void answered(Exchange exchange, int status, long bodyBytes);

    void failed(Exchange exchange, FailureKind kind);
  }

  private final Connections policy;
  private final String host;
  private final TargetAddress target;
  private final @Nullable SslContext tls;
  private final List<RequestEncoder> encoders;
  private final Bootstrap bootstrap;
  private final Ends ends;

  /** By slot: what a user's exchange is on, or the idle connection that it keeps. */
  private final @Nullable Connection[] ofUser;

  private final ArrayDeque<Connection> idle = new ArrayDeque<>();

  HttpRequester(
      EventLoop loop,
      Transport transport,
      Plan plan,
      Script script,
      int users,
      TargetAddress target,
      @Nullable SslContext tls,
      Ends ends) {
    this.policy = plan.http().connections();
    this.host = plan.target().getHost();
    this.target = target;
    this.tls = tls;
    this.encoders = script.requests()
        .stream()
        .map(request -> RequestEncoder.of(request.step(), plan))
        .toList();
    this.ofUser = new Connection[users];
    this.ends = ends;
    this.bootstrap = new Bootstrap()
        .group(loop)
        .channel(transport.channel())
        .option(ChannelOption.TCP_NODELAY, true)
        // The engine's timers watch over connecting too.
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
        .handler(new ChannelInitializer<SocketChannel>() {
          @Override
          protected void initChannel(SocketChannel channel) {}
        });
  }

  @Override
  public boolean send(Exchange exchange) {
    // Before anything can fail, so that a lane draws the same whatever becomes of its connections.
    ByteBuf request = encoders.get(exchange.request())
        .encode(exchange, ByteBufAllocator.DEFAULT);
    Connection connection = idleFor(exchange);
    if (connection != null) {
      ofUser[exchange.slot()] = connection;
      connection.expect(exchange, request);
      write(connection, exchange);
      return false;
    }
    return open(exchange, request);
  }

  private @Nullable Connection idleFor(Exchange exchange) {
    if (policy == Connections.SHARED) {
      // The one used last is the least likely to have been closed meanwhile.
      for (Connection c = idle.pollLast(); c != null; c = idle.pollLast()) {
        if (c.isIdle()) {
          return c;
        }
      }
      return null;
    }
    Connection own = ofUser[exchange.slot()];
    return own != null && own.isIdle() ? own : null;
  }

  private boolean open(Exchange exchange, ByteBuf request) {
    List<InetSocketAddress> addresses = target.addresses();
    if (addresses.isEmpty()) {
      request.release();
      ends.failed(exchange, FailureKind.DNS);
      return false;
    }
    InetSocketAddress address = addresses.get(exchange.userNumber() % addresses.size());
    ChannelFuture connecting = bootstrap.connect(address);
    if (connecting.isDone() && !connecting.isSuccess()) {
      // No socket could be had at all. Its listeners would run on another thread.
      request.release();
      ends.failed(exchange, Failures.kindOf(connecting.cause()));
      return false;
    }
    var connection = new Connection(connecting.channel(), this);
    connection.expect(exchange, request);
    ofUser[exchange.slot()] = connection;
    var _ = connecting.addListener((ChannelFuture done) -> opened(done, connection, exchange));
    return true;
  }

  private void opened(ChannelFuture done, Connection connection, Exchange exchange) {
    if (ofUser[exchange.slot()] != connection || !connection.expects(exchange)) {
      // Abandoned meanwhile.
      var _ = done.channel().close();
      return;
    }
    if (!done.isSuccess()) {
      connection.fail(Failures.kindOf(done.cause()));
      return;
    }
    Channel channel = done.channel();
    if (tls == null) {
      channel.pipeline().addLast(connection.decoder(), connection);
      begin(connection, exchange);
      return;
    }
    SslHandler handler = tls.newHandler(channel.alloc(), host, -1);
    handler.setHandshakeTimeoutMillis(0);
    // All at once, so that what goes wrong in the handshake ends at the connection.
    channel.pipeline().addLast(handler, connection.decoder(), connection);
    var _ = handler.handshakeFuture().addListener(handshake -> {
      if (!connection.expects(exchange)) {
        return;
      }
      if (handshake.isSuccess()) {
        begin(connection, exchange);
      } else {
        connection.fail(FailureKind.TLS);
      }
    });
  }

  private void begin(Connection connection, Exchange exchange) {
    write(connection, exchange);
    if (connection.expects(exchange)) {
      ends.connected(exchange);
    }
  }

  private void write(Connection connection, Exchange exchange) {
    ByteBuf request = connection.takeRequest();
    var _ = connection.channel().writeAndFlush(request).addListener(written -> {
      if (!written.isSuccess() && connection.expects(exchange)) {
        connection.fail(Failures.kindOf(written.cause()));
      }
    });
  }

  @Override
  public void answered(
      Connection connection, Exchange exchange, int status, long bodyBytes, boolean reusable) {
    if (!reusable || policy == Connections.PER_REQUEST) {
      connection.close();
      ofUser[exchange.slot()] = null;
    } else if (policy == Connections.SHARED) {
      ofUser[exchange.slot()] = null;
      idle.addLast(connection);
    }
    ends.answered(exchange, status, bodyBytes);
  }

  @Override
  public void failed(Connection connection, Exchange exchange, FailureKind kind) {
    ofUser[exchange.slot()] = null;
    ends.failed(exchange, kind);
  }

  @Override
  public void abandon(Exchange exchange) {
    rest(exchange.slot());
  }

  @Override
  public void rest(int slot) {
    Connection connection = ofUser[slot];
    ofUser[slot] = null;
    if (connection != null) {
      connection.close();
    }
  }

  /** Closes every connection. */
  void close() {
    for (int slot = 0; slot < ofUser.length; slot++) {
      rest(slot);
    }
    idle.forEach(Connection::close);
    idle.clear();
  }
}
