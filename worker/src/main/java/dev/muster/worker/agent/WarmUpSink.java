package dev.muster.worker.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server of the worker's own that gives every request the same answer. It costs as little as can
 * be, as it shares its core with what is to become warm, and closes a connection now and then, so
 * that connecting becomes warm too.
 */
final class WarmUpSink implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUpSink.class);
  private static final int BACKLOG = 128;
  private static final int REQUESTS_EACH = 32;
  private static final byte[] ANSWER = answer("");
  private static final byte[] LAST_ANSWER = answer("Connection: close\r\n");

  /** A connection: how much of the end of a request was seen, and how many were answered. */
  private static final class Guest {
    private int matched;
    private int served;
  }

  private final ServerSocketChannel server;
  private final Selector selector;
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(4_096);
  private volatile boolean closed;

  private WarmUpSink(ServerSocketChannel server, Selector selector) {
    this.server = server;
    this.selector = selector;
  }

  private static byte[] answer(String header) {
    String body = "{\"ID\":17,\"Readings\":[" + "{\"MeasureID\":1,\"Value\":17},".repeat(10)
        + "{}]}";
    String text = "HTTP/1.1 200 OK\r\nServer: sink\r\nContent-Type: application/json\r\n" + header
        + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Opens a sink on a free port of the loopback address.
   *
   * @throws IOException if there is none
   */
  static WarmUpSink open() throws IOException {
    var server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.configureBlocking(false);
    Selector selector = server.provider().openSelector();
    server.register(selector, SelectionKey.OP_ACCEPT);
    var sink = new WarmUpSink(server, selector);
    Thread.ofPlatform().daemon().name("warm-up-sink").start(sink::serve);
    return sink;
  }

  int port() {
    return server.socket().getLocalPort();
  }

  private void serve() {
    try (server; selector) {
      while (!closed) {
        selector.select(this::turn);
      }
      selector.keys().forEach(WarmUpSink::leave);
    } catch (IOException e) {
      LOG.warn("The warm-up ends, as its sink failed: {}", e.getMessage());
    }
  }

  private void turn(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        SocketChannel guest = server.accept();
        guest.configureBlocking(false);
        guest.register(selector, SelectionKey.OP_READ, new Guest());
      } else {
        answer((SocketChannel) key.channel(), (Guest) key.attachment());
      }
    } catch (IOException e) {
      leave(key);
    }
  }

  private void answer(SocketChannel channel, Guest guest) throws IOException {
    bytes.clear();
    if (channel.read(bytes) < 0) {
      channel.close();
      return;
    }
    int requests = ends(guest);
    for (int each = 0; each < requests && guest.served < REQUESTS_EACH; each++) {
      boolean last = ++guest.served == REQUESTS_EACH;
      // So little at a time that the socket takes it whole.
      channel.write(ByteBuffer.wrap(last ? LAST_ANSWER : ANSWER));
      if (last) {
        channel.close();
      }
    }
  }

  /** How many requests end in what was read. They have no body, so each ends with an empty line. */
  private int ends(Guest guest) {
    int ends = 0;
    for (int at = 0; at < bytes.position(); at++) {
      byte expected = (guest.matched & 1) == 0 ? (byte) '\r' : (byte) '\n';
      guest.matched = bytes.get(at) == expected ? guest.matched + 1 : bytes.get(at) == '\r' ? 1 : 0;
      if (guest.matched == 4) {
        guest.matched = 0;
        ends++;
      }
    }
    return ends;
  }

  private static void leave(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
  }
}
