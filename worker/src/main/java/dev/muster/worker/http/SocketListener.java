package dev.muster.worker.http;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.IntConsumer;

/**
 * Listens on Netty's epoll loop, without a channel and its pipeline. For the loop's thread, after it is
 * opened.
 */
final class SocketListener implements EpollIoHandle {

  /** What is told of who has come: the length of an address, and the longest there is. */
  private static final int ADDRESS_BYTES = 26;

  private final Socket socket;
  private final InetSocketAddress address;
  private final IntConsumer comes;

  private SocketListener(Socket socket, IntConsumer comes) {
    this.socket = socket;
    this.address = socket.localAddress();
    this.comes = comes;
  }

  /**
   * Listens at {@code address}. From any thread but the loop's.
   *
   * @param comes takes the descriptor of each connection that has come
   * @throws IOException if there is no port
   */
  static SocketListener listen(
      IoEventLoop loop, InetSocketAddress address, int backlog, IntConsumer comes)
      throws IOException {
    Socket socket = SocketWire.StreamSocket.to(address);
    try {
      socket.bind(address);
      socket.listen(backlog);
      var listener = new SocketListener(socket, comes);
      var _ = loop.register(listener).syncUninterruptibly().getNow().submit(EpollIoOps.EPOLLIN);
      return listener;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public void handle(IoRegistration from, IoEvent event) {
    try {
      var address = new byte[ADDRESS_BYTES];
      for (int guest; (guest = socket.accept(address)) >= 0;) {
        comes.accept(guest);
      }
    } catch (IOException e) {
      // Who came has gone again, or there are no descriptors: the rehearsal goes on without.
    }
  }

  InetSocketAddress address() {
    return address;
  }

  @Override
  public FileDescriptor fd() {
    return socket;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is lost by that.
    }
  }
}
