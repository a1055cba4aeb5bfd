package dev.muster.worker.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/** A server that speaks as a test tells it to, byte by byte if need be; loopback only. */
final class RawServer implements AutoCloseable {

  /** What the server does with one connection; when it returns, the connection is closed. */
  interface Talk {

    void with(Guest guest) throws IOException;
  }

  private final ServerSocket listening;
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final AtomicInteger connections = new AtomicInteger();

  RawServer(Talk talk) {
    this(0, talk);
  }

  /** A server on {@code port}; 0 for any free one. */
  RawServer(int port, Talk talk) {
    this(ServerSocketFactory.getDefault(), port, talk);
  }

  /** A server on {@code port} of the sockets that {@code sockets} makes, such as those of TLS. */
  RawServer(ServerSocketFactory sockets, int port, Talk talk) {
    try {
      listening = sockets.createServerSocket(port, 64, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(() -> {
      while (!listening.isClosed()) {
        try {
          Socket socket = listening.accept();
          connections.incrementAndGet();
          open.add(socket);
          Thread.startVirtualThread(() -> serve(talk, socket));
        } catch (IOException e) {
          // Closed by the test.
          return;
        }
      }
    });
  }

  /** Answers every request with {@code answer} and keeps the connection until the guest closes it. */
  static RawServer answering(String answer) {
    return answering(ServerSocketFactory.getDefault(), answer);
  }

  /** As above, over the sockets that {@code sockets} makes. */
  static RawServer answering(ServerSocketFactory sockets, String answer) {
    return new RawServer(sockets, 0, guest -> {
      while (guest.request() != null) {
        guest.say(answer);
      }
    });
  }

  private void serve(Talk talk, Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      talk.with(new Guest(socket));
    } catch (IOException e) {
      // The guest has left; that is its right.
    }
  }

  String url() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  int port() {
    return listening.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  /** Where the connections came from. */
  List<InetAddress> guests() {
    return open.stream().map(Socket::getInetAddress).toList();
  }

  /** The requests so far, head and body, each byte as one character. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One connection. */
  final class Guest {

    private final Socket socket;
    private final InputStream in;

    Guest(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** The next request, or null when the guest has left. */
    @Nullable
    String request() throws IOException {
      var bytes = new ByteArrayOutputStream();
      String text = "";
      while (!text.endsWith("\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          return null;
        }
        bytes.write(next);
        text = bytes.toString(StandardCharsets.ISO_8859_1);
      }
      for (String line : text.split("\r\n", -1)) {
        if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
          text += new String(
              in.readNBytes(Integer.parseInt(line.substring(15).strip())),
              StandardCharsets.ISO_8859_1);
        }
      }
      requests.add(text);
      return text;
    }

    void say(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Says nothing for at least {@code millis}. */
    void pause(long millis) {
      try {
        TimeUnit.MILLISECONDS.sleep(millis);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Waits for the guest to leave. */
    void listen() throws IOException {
      in.transferTo(OutputStream.nullOutputStream());
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}
