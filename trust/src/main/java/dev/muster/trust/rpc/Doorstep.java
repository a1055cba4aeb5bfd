package dev.muster.trust.rpc;

import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What stands before a server's port: whoever connects is a stranger until a call of theirs has been let in.
 * Strangers are so many at most, send so much at most, and have so long; so those who only open connections,
 * or send whatever they like, take from nobody else. For any thread.
 */
public final class Doorstep implements AutoCloseable {

  private static final long QUIET_MILLIS = 100;

  /**
   * How much is put up with.
   *
   * @param connections at a time; one more is closed at once
   * @param strangers among them; where there are more, the oldest of the address that has most goes
   * @param bytes that a stranger may send, encrypted or not; after that it goes
   * @param patience how long one may be a stranger
   */
  public record Bounds(int connections, int strangers, long bytes, Duration patience) {}

  private final Bounds bounds;
  private final Strangers<Channel> strangers;
  private final EventLoopGroup accepting = new MultiThreadIoEventLoopGroup(
      1, NioIoHandler.newFactory());
  private final EventLoopGroup connections = new MultiThreadIoEventLoopGroup(
      Math.max(2, Runtime.getRuntime().availableProcessors()), NioIoHandler.newFactory());

  /** A doorstep that nobody has come to. */
  public Doorstep(Bounds bounds) {
    this.bounds = bounds;
    this.strangers = new Strangers<>(bounds.connections(), bounds.strangers());
  }

  /** A server to be built, behind this. */
  public NettyServerBuilder server(InetSocketAddress at, ServerCredentials credentials) {
    return NettyServerBuilder.forAddress(at, credentials)
        .bossEventLoopGroup(accepting)
        .workerEventLoopGroup(connections)
        .channelFactory(this::channel);
  }

  /** Whoever has the connection from this address and port is no stranger any more. */
  public void letIn(SocketAddress from) {
    strangers.letIn(from);
  }

  /**
   * Runs {@code task} when all that has come to the port by now has been read and handed on to the calls
   * it is for, on a thread of connections.
   */
  public void afterAllThatCame(Runnable task) {
    var loops = new ArrayList<EventExecutor>();
    connections.forEach(loops::add);
    var left = new AtomicInteger(loops.size());
    for (EventExecutor loop : loops) {
      // Tasks run between two rounds of reading: the first may stand before the round that reads it all.
      loop.execute(() -> loop.execute(() -> {
        if (left.decrementAndGet() == 0) {
          task.run();
        }
      }));
    }
  }

  /** To be called when the server has ended. */
  @Override
  public void close() {
    for (EventLoopGroup each : new EventLoopGroup[]{accepting, connections}) {
      var _ = each.shutdownGracefully(0, QUIET_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private ServerChannel channel() {
    var channel = new NioServerSocketChannel();
    // Before gRPC's own handler, which takes the connection into its hands.
    channel.pipeline().addFirst(new Accepting());
    return channel;
  }

  private final class Accepting extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
      if (!(accepted instanceof Channel connection
          && connection.remoteAddress() instanceof InetSocketAddress from)) {
        context.fireChannelRead(accepted);
        return;
      }
      switch (strangers.come(from, connection)) {
        case Strangers.Outcome.Full<Channel>() -> {
          connection.unsafe().closeForcibly();
          return;
        }
        case Strangers.Outcome.InsteadOf<Channel>(Channel oldest) -> {
          // Before gRPC hears of it, which would ask the other side first.
          var _ = oldest.pipeline().firstContext().close();
        }
        case Strangers.Outcome.Room<Channel>() -> {
          // Nobody has to go.
        }
      }
      var _ = connection.closeFuture().addListener(_ -> strangers.gone(from));
      connection.pipeline().addFirst(new Watching(from));
      context.fireChannelRead(accepted);
    }
  }

  private final class Watching extends ChannelInboundHandlerAdapter {

    private final InetSocketAddress from;
    private long bytes;

    Watching(InetSocketAddress from) {
      this.from = from;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      var _ = context.executor()
          .schedule(
              () -> leaveIfStranger(context), bounds.patience().toMillis(), TimeUnit.MILLISECONDS);
      context.fireChannelActive();
    }

    private void leaveIfStranger(ChannelHandlerContext context) {
      if (strangers.has(from)) {
        var _ = context.close();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof ByteBuf read) {
        bytes += read.readableBytes();
      }
      if (bytes <= bounds.bytes()) {
        context.fireChannelRead(message);
      } else if (strangers.has(from)) {
        ReferenceCountUtil.release(message);
        var _ = context.close();
      } else {
        context.fireChannelRead(message);
        context.pipeline().remove(this);
      }
    }
  }
}
