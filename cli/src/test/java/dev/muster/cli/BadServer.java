package dev.muster.cli;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A server that does not do what servers should. */
final class BadServer implements AutoCloseable {

  private final ServerSocket server;
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final Semaphore opened = new Semaphore(0);

  /** What is done to a connection on which a request has come. */
  enum Deed {
    /** Keeps the connection and says nothing. */
    HANG("timeout") {
      @Override
      void to(Socket socket) {
        // Just that.
      }
    },
    /** Ends the connection in the middle of an answer. */
    CLOSE_EARLY("closed_early") {
      @Override
      void to(Socket socket) throws IOException {
        sayLast(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this");
      }
    },
    /** Speaks, but not HTTP. */
    TALK_NONSENSE("bad_response") {
      @Override
      void to(Socket socket) throws IOException {
        sayLast(socket, "220 mail.example ESMTP ready\r\n\r\n");
      }
    },
    /** Answers properly that it cannot. */
    FAIL("status_500") {
      @Override
      void to(Socket socket) throws IOException {
        sayLast(
            socket, "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops");
      }
    };

    private final String kind;

    Deed(String kind) {
      this.kind = kind;
    }

    /** The word for it in results. */
    String kind() {
      return kind;
    }

    abstract void to(Socket socket) throws IOException;
  }

  private BadServer(ServerSocket server) {
    this.server = server;
  }

  /** Starts one on a free port. */
  static BadServer that(Deed deed) throws IOException {
    var bad = new BadServer(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(() -> bad.acceptAll(deed));
    return bad;
  }

  String address() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /** Waits until so many connections were opened, or fails. */
  void awaitConnections(int count) {
    try {
      if (!opened.tryAcquire(count, Muster.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("only " + open.size() + " of " + count + " connections came");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void acceptAll(Deed deed) {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        opened.release();
        Thread.ofVirtual().start(() -> mistreat(socket, deed));
      }
    } catch (IOException e) {
      // Closed: the test is over.
    }
  }

  private static void mistreat(Socket socket, Deed deed) {
    try {
      awaitRequest(socket);
      deed.to(socket);
    } catch (IOException e) {
      // The client has gone.
    }
  }

  /** Reads to the empty line: what is unread when a connection is closed makes its end a reset. */
  private static void awaitRequest(Socket socket) throws IOException {
    var in = socket.getInputStream();
    int lineEnds = 0;
    while (lineEnds < 4) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      lineEnds = next == '\r' || next == '\n' ? lineEnds + 1 : 0;
    }
  }

  private static void sayLast(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.close();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
