package dev.muster.worker.http;

import io.netty.channel.ChannelException;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.channels.NotYetConnectedException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A socket on Netty's epoll loop, without a channel and its pipeline: of a plain request nothing is
 * left in user space but the system calls and the reading of the answer.
 */
final class SocketWire implements Wire, EpollIoHandle {

  private static final EpollIoOps READ = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP)
      .with(EpollIoOps.EPOLLET);
  private static final EpollIoOps READ_AND_WRITE = READ.with(EpollIoOps.EPOLLOUT);

  /** A request above this may be more than one segment, whose last one Nagle's algorithm holds back. */
  private static final int ONE_SEGMENT = 500;

  /** Netty's socket, of the kind that its address needs. */
  static final class StreamSocket extends Socket {

    private StreamSocket(int descriptor) {
      super(descriptor);
    }

    /** Sockets of version 6 would do for both, at a higher price for addresses of version 4. */
    static StreamSocket to(InetSocketAddress address) throws IOException {
      try {
        return new StreamSocket(newSocketStream0(address.getAddress() instanceof Inet6Address));
      } catch (ChannelException e) {
        throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
      }
    }
  }

  /** After so many full buffers others have their turn: a target may send faster than one can read. */
  private static final int READS_AT_ONCE = 16;

  /**
   * Leaves the port to the connect, which may then share one between different targets: SOL_IP and
   * IP_BIND_ADDRESS_NO_PORT of ip(7).
   */
  private static final int SOL_IP = 0;
  private static final int IP_BIND_ADDRESS_NO_PORT = 24;

  /**
   * Opens the wires of {@code loop}, which waits with epoll.
   *
   * @param interleaves whether more is written while an answer to what was written before is awaited,
   *     which Nagle's algorithm would hold back
   * @param openings hears of each connection
   */
  static Opener opener(
      IoEventLoop loop, LoopBuffers buffers, SourceAddresses sources, boolean interleaves,
      Openings openings) {
    long in = Buffer.memoryAddress(buffers.in());
    long out = Buffer.memoryAddress(buffers.out());
    return (address, reader) -> {
      StreamSocket socket = StreamSocket.to(address);
      try {
        InetSocketAddress source = sources.next();
        if (source != null) {
          socket.setIntOpt(SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1);
          socket.bind(source);
        }
        if (interleaves) {
          socket.setTcpNoDelay(true);
        }
        long began = System.nanoTime();
        // Rarely done at once, and where it is, writing finds out.
        boolean _ = socket.connect(address);
        return new SocketWire(
            loop, socket, began, reader, openings, buffers, in, out, interleaves);
      } catch (IOException | RuntimeException e) {
        socket.close();
        throw e;
      }
    };
  }

  /** The wire of a guest of {@code loop}'s who has come over the socket of this descriptor. */
  static Unread guest(IoEventLoop loop, LoopBuffers buffers, int descriptor) {
    return reader -> {
      var wire = new SocketWire(
          loop, new StreamSocket(descriptor), 0, reader, Openings.NOBODY, buffers,
          Buffer.memoryAddress(buffers.in()), Buffer.memoryAddress(buffers.out()), false);
      wire.opening = false;
      try {
        wire.watch(READ);
      } catch (IOException e) {
        wire.close();
        throw e;
      }
      return wire;
    };
  }

  private final IoEventLoop loop;
  private final StreamSocket socket;
  private final long beganNanos;
  private final Reader reader;
  private final Openings openings;
  private final LoopBuffers buffers;
  private final long inAddress;
  private final long outAddress;

  private @Nullable IoRegistration registration;
  private boolean segmented;

  /** Whether a turn has been asked for in which reading goes on. */
  private boolean readsOn;

  /** Whether the target has sent its last byte, of which epoll tells once. */
  private boolean ending;

  /** Whether nothing of what was first given to it is written yet. */
  private boolean opening = true;

  /** What could not be written yet. */
  private byte @Nullable [] kept;

  private SocketWire(
      IoEventLoop loop, StreamSocket socket, long beganNanos, Reader reader, Openings openings,
      LoopBuffers buffers,
      long inAddress, long outAddress, boolean segmented) {
    this.loop = loop;
    this.socket = socket;
    this.beganNanos = beganNanos;
    this.reader = reader;
    this.openings = openings;
    this.buffers = buffers;
    this.inAddress = inAddress;
    this.outAddress = outAddress;
    this.segmented = segmented;
  }

  @Override
  public boolean write(int length) {
    if (!socket.isOpen()) {
      // Its descriptor may be another's by now.
      return false;
    }
    byte[] before = kept;
    if (before != null) {
      kept = Arrays.copyOf(before, before.length + length);
      buffers.out().get(0, kept, before.length, length);
      return opening;
    }
    boolean first = opening;
    long now = first ? System.nanoTime() : 0;
    try {
      if (length > ONE_SEGMENT && !segmented) {
        socket.setTcpNoDelay(true);
        segmented = true;
      }
      // Nothing can be sent before the connection is there. On loopback it is there by now, and a
      // wake-up is saved; elsewhere a call is lost.
      boolean all = send(length);
      if (registration == null || !all) {
        watch(all ? READ : READ_AND_WRITE);
      }
      if (first) {
        tellIfOpen(now);
      }
    } catch (IOException | UncheckedIOException | NotYetConnectedException e) {
      broke(e);
    }
    return opening && socket.isOpen();
  }

  /** Sends what the loop's buffer begins with, keeps the rest, and tells whether there is none. */
  private boolean send(int length) throws IOException {
    int sent = socket.sendAddress(outAddress, 0, length);
    opening &= sent == 0;
    if (sent == length) {
      kept = null;
      return true;
    }
    kept = new byte[length - sent];
    buffers.out().get(sent, kept);
    return false;
  }

  /** Sends what was kept, in parts for which the loop's buffer is long enough, as {@link #send} does. */
  private boolean sendOn(byte[] rest) throws IOException {
    int capacity = buffers.out().capacity();
    for (int from = 0, part; from < rest.length; from += part) {
      part = Math.min(capacity, rest.length - from);
      buffers.out().put(0, rest, from, part);
      int sent = socket.sendAddress(outAddress, 0, part);
      opening &= sent == 0;
      if (sent < part) {
        kept = Arrays.copyOfRange(rest, from + sent, rest.length);
        return false;
      }
    }
    kept = null;
    return true;
  }

  /** After the first write, which was begun {@code now}: one that came through shows a connection. */
  private void tellIfOpen(long now) {
    if (!opening) {
      openings.connected(beganNanos, now);
      reader.opened(now);
    }
  }

  private void watch(EpollIoOps events) throws IOException {
    IoRegistration known = registration;
    if (known == null) {
      var registering = loop.register(this);
      known = registering.getNow();
      if (known == null) {
        throw new IOException("epoll takes no more sockets", registering.cause());
      }
      registration = known;
    }
    var _ = known.submit(events);
  }

  @Override
  public void handle(IoRegistration from, IoEvent event) {
    try {
      if (kept != null) {
        writeOn(kept);
      }
      if (socket.isOpen() && !opening) {
        read(((EpollIoEvent) event).ops().contains(EpollIoOps.EPOLLRDHUP));
      }
    } catch (IOException | UncheckedIOException | NotYetConnectedException e) {
      broke(e);
    }
  }

  private void writeOn(byte[] rest) throws IOException {
    boolean first = opening;
    long now = first ? System.nanoTime() : 0;
    if (first) {
      // Only its exception tells something: it returns true as well while nothing is known yet.
      boolean _ = socket.finishConnect();
    }
    if (sendOn(rest)) {
      watch(READ);
    }
    if (first) {
      tellIfOpen(now);
    }
  }

  /**
   * Reads all there is, as epoll tells of it once; what is more than a turn's share, in another.
   * {@code last}: the target has sent its last byte.
   */
  private void read(boolean last) throws IOException {
    ending |= last;
    int capacity = buffers.in().capacity();
    int length;
    int left = READS_AT_ONCE;
    do {
      length = socket.recvAddress(inAddress, 0, capacity);
      if (length < 0) {
        reader.ended();
        return;
      }
      if (length > 0) {
        reader.received(buffers.in(), 0, length);
      }
      left--;
    } while (left > 0 && socket.isOpen() && length > 0 && (ending || length == capacity));
    if (socket.isOpen()) {
      reader.drained();
    }
    if (left == 0 && socket.isOpen() && !readsOn) {
      readsOn = true;
      loop.execute(this::readOn);
    }
  }

  private void readOn() {
    readsOn = false;
    try {
      if (socket.isOpen()) {
        read(false);
      }
    } catch (IOException | UncheckedIOException | NotYetConnectedException e) {
      broke(e);
    }
  }

  private void broke(Exception why) {
    if (socket.isOpen()) {
      close();
      reader.broke(Failures.kindOf(why));
    }
  }

  @Override
  public boolean isReady() {
    return socket.isOpen() && !opening && kept == null;
  }

  @Override
  public FileDescriptor fd() {
    return socket;
  }

  @Override
  public void close() {
    kept = null;
    try {
      // First, as epoll forgets a closed socket by itself.
      socket.close();
    } catch (IOException e) {
      // There is nothing that it could still say to anyone.
    }
    if (registration != null) {
      boolean _ = registration.cancel();
    }
  }
}
