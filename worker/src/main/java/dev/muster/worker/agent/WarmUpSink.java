package dev.muster.worker.agent;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A server on loopback that gives every request the same answer. It lets a connection stay open for a
 * few requests and then closes it, so that its guests do what they may have to do in a run.
 */
final class WarmUpSink implements AutoCloseable {

  private static final int BACKLOG = 128;
  private static final int PATIENCE_MILLIS = 1_000;
  private static final int REQUESTS_EACH = 16;
  private static final byte[] ANSWER = answer("");
  private static final byte[] LAST_ANSWER = answer("Connection: close\r\n");

  private final ServerSocket socket;

  private WarmUpSink(ServerSocket socket) {
    this.socket = socket;
  }

  private static byte[] answer(String header) {
    String text = "HTTP/1.1 200 OK\r\nServer: sink\r\nContent-Type: application/json\r\n" + header
        + "Content-Length: 2\r\n\r\n{}";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Opens a sink on a free port.
   *
   * @throws IOException if there is none
   */
  static WarmUpSink open() throws IOException {
    var socket = new ServerSocket();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    var sink = new WarmUpSink(socket);
    Thread.ofPlatform().daemon().name("warm-up-sink").start(sink::accept);
    return sink;
  }

  int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket guest = socket.accept();
        Thread.ofPlatform().daemon().name("warm-up-sink").start(() -> serve(guest));
      }
    } catch (IOException e) {
      // The sink was closed.
    }
  }

  private static void serve(Socket guest) {
    try (guest) {
      guest.setSoTimeout(PATIENCE_MILLIS);
      guest.setTcpNoDelay(true);
      byte[] request = new byte[1_024];
      for (int served = 1; served <= REQUESTS_EACH; served++) {
        if (!readRequest(guest.getInputStream(), request)) {
          return;
        }
        guest.getOutputStream().write(served < REQUESTS_EACH ? ANSWER : LAST_ANSWER);
      }
    } catch (IOException e) {
      // A user of the warm-up has left.
    }
  }

  /** Reads to the empty line that ends a request; whether there was one. */
  private static boolean readRequest(InputStream in, byte[] into) throws IOException {
    int length = 0;
    while (length < 4 || into[length - 1] != '\n' || into[length - 3] != '\n') {
      int more = in.read(into, length, into.length - length);
      if (more <= 0) {
        return false;
      }
      length += more;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
