package dev.muster.target.http;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/**
 * How Netty talks to the kernel.
 *
 * @param handlers makes what an event loop waits with
 * @param channel the kind of listening socket that fits it
 */
record Transport(IoHandlerFactory handlers, Class<? extends ServerSocketChannel> channel) {

  /** Epoll where the kernel has it, else NIO. */
  static Transport best() {
    return Epoll.isAvailable()
        ? new Transport(EpollIoHandler.newFactory(), EpollServerSocketChannel.class)
        : new Transport(NioIoHandler.newFactory(), NioServerSocketChannel.class);
  }
}
