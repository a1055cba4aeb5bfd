package dev.muster.worker.http;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What listens for a {@link StandIn} that speaks HTTP/1.1 without TLS, where event loops wait with epoll. It
 * has no channels and no pipelines, as {@link SocketWire} has none: what is compiled for them would take
 * as long as all that a run needs. For its event loop's thread, after it is opened.
 */
final class PlainStandIn implements EpollIoHandle, StandIn.Listener {

  private static final int IN_BYTES = 64 * 1024;

  /** What is told of who has come: the length of an address, and the longest there is. */
  private static final int ADDRESS_BYTES = 26;

  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LENGTH = "\r\ncontent-length:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CLOSE = "\r\nconnection: close\r\n"
      .getBytes(StandardCharsets.US_ASCII);

  private final IoEventLoop loop;
  private final Socket socket;
  private final InetSocketAddress address;
  private final Set<Guest> guests = new HashSet<>();
  private final int requestsEach;
  private final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
  private final ByteBuffer answer;
  private final ByteBuffer lastAnswer;

  private PlainStandIn(
      IoEventLoop loop, Socket socket, int requestsEach, byte[] answer, byte[] lastAnswer) {
    this.loop = loop;
    this.socket = socket;
    this.address = socket.localAddress();
    this.requestsEach = requestsEach;
    this.answer = ByteBuffer.allocateDirect(answer.length).put(0, answer);
    this.lastAnswer = ByteBuffer.allocateDirect(lastAnswer.length).put(0, lastAnswer);
  }

  /**
   * Listens at {@code address}. From any thread but the loop's.
   *
   * @param requestsEach after how many answers a connection is closed, the last with {@code lastAnswer}
   * @throws IOException if there is no port
   */
  static PlainStandIn listen(
      IoEventLoop loop, InetSocketAddress address, int backlog, int requestsEach, byte[] answer,
      byte[] lastAnswer) throws IOException {
    Socket socket = SocketWire.StreamSocket.to(address);
    try {
      socket.bind(address);
      socket.listen(backlog);
      var standIn = new PlainStandIn(loop, socket, requestsEach, answer, lastAnswer);
      var _ = loop.register(standIn).syncUninterruptibly().getNow().submit(EpollIoOps.EPOLLIN);
      return standIn;
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
        new Guest(new Socket(guest)).watch();
      }
    } catch (IOException e) {
      // Who came has gone again, or there are no descriptors: the rehearsal goes on without.
    }
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public void shut() {
    loop.submit(() -> {
      close();
      List.copyOf(guests).forEach(Guest::close);
    }).awaitUninterruptibly();
  }

  @Override
  public void close() {
    close(socket);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is lost by that.
    }
  }

  @Override
  public FileDescriptor fd() {
    return socket;
  }

  /** A connection. */
  private final class Guest implements EpollIoHandle {

    private final Socket own;
    private int left = requestsEach;

    /** What has come of a head that is not whole. */
    private byte[] begun = new byte[0];

    /** Bytes of a body that have not come. */
    private long owed;

    private boolean closes;
    private @Nullable IoRegistration registration;

    Guest(Socket own) {
      this.own = own;
    }

    void watch() {
      guests.add(this);
      registration = loop.register(this).getNow();
      if (registration == null) {
        close();
      } else {
        var _ = registration.submit(EpollIoOps.EPOLLIN);
      }
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
      try {
        in.put(0, begun);
        int length = own.recvAddress(Buffer.memoryAddress(in), begun.length, IN_BYTES);
        if (length < 0 || begun.length == IN_BYTES) {
          close();
        } else if (length > 0) {
          read(begun.length + length);
        }
      } catch (IOException e) {
        close();
      }
    }

    /** Answers the requests among the first bytes of what has come, and keeps what another begins with. */
    private void read(int length) throws IOException {
      int at = 0;
      while (at < length && own.isOpen()) {
        if (owed == 0) {
          int end = find(HEAD_END, at, length);
          if (end < 0) {
            break;
          }
          owed = bodyLength(at, end);
          closes = find(CLOSE, at, end + 2) >= 0;
          at = end + HEAD_END.length;
        }
        int body = (int) Math.min(owed, length - at);
        at += body;
        owed -= body;
        if (owed == 0) {
          answer();
        }
      }
      begun = new byte[length - at];
      in.get(at, begun);
    }

    private void answer() throws IOException {
      boolean isLast = --left <= 0 || closes;
      ByteBuffer all = isLast ? lastAnswer : answer;
      int sent = own.sendAddress(Buffer.memoryAddress(all), 0, all.capacity());
      if (isLast || sent < all.capacity()) {
        close();
      }
    }

    private long bodyLength(int from, int to) {
      int at = find(LENGTH, from, to);
      long length = 0;
      for (at += LENGTH.length; at >= LENGTH.length && at < to; at++) {
        int digit = in.get(at) - '0';
        if (digit >= 0 && digit <= 9) {
          length = length * 10 + digit;
        } else if (digit != ' ' - '0') {
          break;
        }
      }
      return length;
    }

    /** Where {@code what}, which is in small letters, begins among bytes that may be in others, or -1. */
    private int find(byte[] what, int from, int to) {
      for (int at = from; at <= to - what.length; at++) {
        if (in.get(at) == what[0] && isAt(what, at)) {
          return at;
        }
      }
      return -1;
    }

    private boolean isAt(byte[] what, int at) {
      for (int i = 0; i < what.length; i++) {
        int there = in.get(at + i);
        if ((there >= 'A' && there <= 'Z' ? there | 0x20 : there) != what[i]) {
          return false;
        }
      }
      return true;
    }

    @Override
    public FileDescriptor fd() {
      return own;
    }

    @Override
    public void close() {
      guests.remove(this);
      PlainStandIn.close(own);
      if (registration != null) {
        boolean _ = registration.cancel();
      }
    }
  }
}
