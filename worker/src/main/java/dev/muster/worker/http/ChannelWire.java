package dev.muster.worker.http;

import dev.muster.worker.engine.FailureKind;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A Netty channel: where the kernel has no epoll. */
final class ChannelWire extends ChannelInboundHandlerAdapter implements Wire {

  /**
   * Opens the wires of {@code loop}.
   *
   * @param buffers of the loop
   * @param openings hears of each connection
   */
  static Opener opener(
      EventLoop loop, Transport transport, LoopBuffers buffers, SourceAddresses sources,
      Openings openings) {
    var bootstrap = new Bootstrap()
        .group(loop)
        .channel(transport.channel())
        .option(ChannelOption.TCP_NODELAY, true)
        // The engine's timers watch over connecting too.
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
        .handler(new ChannelInitializer<SocketChannel>() {
          @Override
          protected void initChannel(SocketChannel channel) {}
        });
    return (address, reader) -> {
      long began = System.nanoTime();
      ChannelFuture connecting = bootstrap.connect(address, sources.next());
      if (connecting.isDone() && !connecting.isSuccess()) {
        // No socket could be had at all. Its listeners would run on another thread.
        throw connecting.cause() instanceof IOException cause
            ? cause
            : new IOException(connecting.cause());
      }
      var wire = new ChannelWire(connecting.channel(), buffers, reader, openings);
      var _ = connecting
          .addListener(done -> wire.connected((ChannelFuture) done, began));
      return wire;
    };
  }

  /** The wire of a guest who has come over {@code channel}. */
  static Unread guest(Channel channel, LoopBuffers buffers) {
    return reader -> {
      var wire = new ChannelWire(channel, buffers, reader, Openings.NOBODY);
      wire.connecting = false;
      channel.pipeline().addLast(wire);
      return wire;
    };
  }

  private final Channel channel;
  private final LoopBuffers buffers;
  private final Reader reader;
  private final Openings openings;
  private boolean connecting = true;
  private boolean closed;
  private int writing;

  /** What waits for the connection. */
  private ByteBuf kept = Unpooled.EMPTY_BUFFER;

  private ChannelWire(Channel channel, LoopBuffers buffers, Reader reader, Openings openings) {
    this.channel = channel;
    this.buffers = buffers;
    this.reader = reader;
    this.openings = openings;
  }

  private void connected(ChannelFuture done, long began) {
    if (closed) {
      return;
    }
    if (!done.isSuccess()) {
      broke(Failures.kindOf(done.cause()));
      return;
    }
    long now = System.nanoTime();
    openings.connected(began, now);
    channel.pipeline().addLast(this);
    opened(now);
  }

  private void opened(long now) {
    connecting = false;
    ByteBuf first = kept;
    kept = Unpooled.EMPTY_BUFFER;
    send(first);
    if (!closed) {
      reader.opened(now);
    }
  }

  @Override
  public boolean write(int length) {
    if (closed) {
      return false;
    }
    ByteBuf copy = channel.alloc().ioBuffer(length).writeBytes(buffers.out().slice(0, length));
    if (connecting) {
      kept = kept.isReadable() ? Unpooled.wrappedBuffer(kept, copy) : copy;
    } else {
      send(copy);
    }
    return connecting && !closed;
  }

  private void send(ByteBuf bytes) {
    writing++;
    var _ = channel.writeAndFlush(bytes).addListener(written -> {
      writing--;
      if (!written.isSuccess()) {
        broke(Failures.kindOf(written.cause()));
      }
    });
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof ByteBuf bytes && !closed) {
        ByteBuffer view = bytes.nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
        reader.received(view, view.position(), view.limit());
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!closed) {
      reader.drained();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!closed) {
      reader.ended();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    broke(Failures.kindOf(cause));
  }

  private void broke(FailureKind kind) {
    if (!closed) {
      close();
      reader.broke(kind);
    }
  }

  @Override
  public boolean isReady() {
    return !closed && !connecting && writing == 0 && channel.isActive();
  }

  @Override
  public void close() {
    closed = true;
    ReferenceCountUtil.release(kept);
    kept = Unpooled.EMPTY_BUFFER;
    var _ = channel.close();
  }
}
