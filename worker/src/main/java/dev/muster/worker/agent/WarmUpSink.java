package dev.muster.worker.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server on loopback that gives every request the same answer and closes. */
final class WarmUpSink implements AutoCloseable {

  private static final int BACKLOG = 128;
  private static final int PATIENCE_MILLIS = 1_000;
  private static final byte[] ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
      .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket socket;

  private WarmUpSink(ServerSocket socket) {
    this.socket = socket;
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
    Thread.ofPlatform().daemon().name("warm-up-sink").start(sink::serve);
    return sink;
  }

  int port() {
    return socket.getLocalPort();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        connection.setSoTimeout(PATIENCE_MILLIS);
        var in = new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
        String line = in.readLine();
        while (line != null && !line.isEmpty()) {
          line = in.readLine();
        }
        connection.getOutputStream().write(ANSWER);
      } catch (IOException e) {
        // The sink was closed, or a user of the warm-up gave up.
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
