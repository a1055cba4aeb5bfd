package dev.muster.worker.http;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * How Netty talks to the kernel.
 *
 * @param handlers makes what an event loop waits with
 * @param channel the kind of socket that fits it
 * @param listener the kind of listening socket that fits it
 */
record Transport(
    IoHandlerFactory handlers,
    Class<? extends SocketChannel> channel,
    Class<? extends ServerSocketChannel> listener) {

  /** Whether event loops wait with epoll. */
  boolean isEpoll() {
    return channel == EpollSocketChannel.class;
  }

  /** Epoll where the kernel has it, else NIO. */
  static Transport best() {
    return Epoll.isAvailable()
        ? new Transport(
            EpollIoHandler.newFactory(), EpollSocketChannel.class, EpollServerSocketChannel.class)
        : new Transport(
            NioIoHandler.newFactory(), NioSocketChannel.class, NioServerSocketChannel.class);
  }
}
