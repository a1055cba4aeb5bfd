package dev.muster.deploy.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A port at which machines fetch one file by HTTPS, as {@link #PATH}, and nothing else. Whoever connects is
 * served in their turn and for so long at most, so that those who only take up room let go of it.
 *
 * <p>Not the JDK's HttpsServer, whose bounds are properties of the whole process.
 */
public final class ArchiveServer implements AutoCloseable {

  /** Where the file is. */
  public static final String PATH = "/muster.tar.gz";

  private static final int PIECE_BYTES = 64 << 10;
  private static final long PAUSE_MILLIS = 100;

  /**
   * How much is put up with.
   *
   * @param connections that are served at a time; others wait until it is their turn
   * @param request how long one may take to say what it wants
   * @param whole how long one may take for all
   */
  public record Bounds(int connections, Duration request, Duration whole) {

    /** So that a thousand machines have all of it in minutes. */
    public static final Bounds USUAL = new Bounds(
        256, Duration.ofSeconds(10), Duration.ofMinutes(10));
  }

  private final ServerSocket listener;
  private final SSLContext tls;
  private final FileChannel file;
  private final long length;
  private final Bounds bounds;
  private final Semaphore places;
  private final Set<Socket> served = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor ends = new ScheduledThreadPoolExecutor(
      1, Thread.ofPlatform().daemon().name("distribution-ends").factory(),
      // At the end, when all that is served is closed anyway.
      new ThreadPoolExecutor.DiscardPolicy());

  private ArchiveServer(ServerSocket listener, SSLContext tls, FileChannel file, Bounds bounds)
      throws IOException {
    this.listener = listener;
    this.tls = tls;
    this.file = file;
    this.length = file.size();
    this.bounds = bounds;
    this.places = new Semaphore(bounds.connections());
    ends.setRemoveOnCancelPolicy(true);
  }

  /**
   * Listens and serves from now on.
   *
   * @param at port 0 for any free one
   * @param tls what it shows to whoever connects, looked up anew for each
   * @param file is opened once: to replace it by another of its name changes nothing
   * @throws IOException if it cannot listen, or the file cannot be read
   */
  public static ArchiveServer start(
      InetSocketAddress at, SSLContext tls, Path file, Bounds bounds) throws IOException {
    var listener = new ServerSocket();
    try {
      listener.bind(at, Math.max(1_000, bounds.connections()));
      var server = new ArchiveServer(listener, tls, FileChannel.open(file), bounds);
      Thread.ofPlatform().daemon().name("distribution").start(server::accept);
      return server;
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  /** The port that it listens on. */
  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      places.acquireUninterruptibly();
      try {
        Socket connection = listener.accept();
        served.add(connection);
        if (listener.isClosed()) {
          close(connection);
        }
        Thread.startVirtualThread(() -> serve(connection));
      } catch (IOException e) {
        places.release();
        pause(); // Too many open files, say; it is ours to close some.
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket connection) {
    Future<?> whole = endAfter(bounds.whole(), connection);
    try (connection; SSLSocket link = secured(connection)) {
      Future<?> request = endAfter(bounds.request(), connection);
      ArchiveRequest wanted = ArchiveRequest.read(new BufferedInputStream(link.getInputStream()));
      request.cancel(false);
      answer(wanted, link.getOutputStream());
    } catch (IOException e) {
      // It has gone, took too long, or did not speak TLS: whatever it was, it is for the other side to see.
    } finally {
      whole.cancel(false);
      served.remove(connection);
      places.release();
    }
  }

  // The connection itself is closed, not the link on it, which would say farewell first, and wait for that.
  private Future<?> endAfter(Duration time, Socket connection) {
    return ends.schedule(() -> close(connection), time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void close(Socket connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // It is of no use any more, closed or not.
    }
  }

  private SSLSocket secured(Socket connection) throws IOException {
    connection.setTcpNoDelay(true);
    var link = (SSLSocket) tls.getSocketFactory()
        .createSocket(connection, (InputStream) null, true);
    link.setEnabledProtocols(new String[]{"TLSv1.3", "TLSv1.2"});
    return link;
  }

  private void answer(ArchiveRequest wanted, OutputStream out) throws IOException {
    String status = wanted.status(PATH);
    boolean isFile = wanted.isFor(PATH);
    out.write(
        """
            HTTP/1.1 %s\r
            Content-Type: application/gzip\r
            Content-Length: %d\r
            Connection: close\r
            \r
            """
            .formatted(status, isFile ? length : 0)
            .getBytes(StandardCharsets.US_ASCII));
    if (isFile && wanted.wantsContent()) {
      copy(out);
    }
    out.flush();
  }

  private void copy(OutputStream out) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    long at = 0;
    while (at < length) {
      int read = file.read(piece.clear(), at);
      if (read < 0) {
        throw new IOException("the distribution was cut off while it was served");
      }
      out.write(piece.array(), 0, read);
      at += read;
    }
  }

  /** Ends what is being fetched. */
  @Override
  public void close() throws IOException {
    listener.close();
    served.forEach(ArchiveServer::close);
    ends.shutdownNow();
    file.close();
  }
}
