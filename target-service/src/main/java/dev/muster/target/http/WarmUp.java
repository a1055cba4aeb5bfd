package dev.muster.target.http;

import dev.muster.target.api.Api;
import dev.muster.target.api.Counts;
import dev.muster.target.faults.Faults;
import dev.muster.target.faults.LiveFaults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Answers some requests of its own on a port of its own before the service says that it is there, so
 * that the first measured answers are not those of a JVM that still loads its code. Nobody counts
 * them.
 */
public final class WarmUp {
  private static final int CONNECTIONS = 400;
  private static final int REQUESTS_EACH = 20;
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int BACKLOG = 16;
  private static final int PATIENCE_MILLIS = 2_000;

  private WarmUp() {}

  /**
   * Warms {@code api} up for about 0.2 s at most, and waits until that is done. A failure is of no
   * interest here; the real port will tell.
   */
  public static void of(Api api, HttpListener.Manners manners, boolean waits) {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    var keeping = new HttpListener.Manners(true, manners.readTimeout(), manners.writeTimeout());
    long start = System.nanoTime();
    try (var listener = HttpListener.start(
        new HttpListener.Address(host, 0, BACKLOG, "--port"), keeping, api, new Counts(),
        new LiveFaults(Faults.NONE), waits)) {
      for (int i = 0; i < CONNECTIONS && System.nanoTime() - start < LONGEST_NANOS; i++) {
        ask(host, listener.port(), i * REQUESTS_EACH);
      }
    } catch (IOException | ListenException e) {
      // Cold is slower, not wrong.
    }
  }

  // All at once, and the last one closes: so there is no need to tell where one answer ends.
  private static void ask(String host, int port, int firstId) throws IOException {
    var requests = new StringBuilder();
    for (int id = firstId; id < firstId + REQUESTS_EACH; id++) {
      requests.append("GET /customerdata/")
          .append(id % 1_000)
          .append(" HTTP/1.1\r\nHost: ")
          .append(host)
          .append("\r\nUser-Agent: warm-up\r\n")
          .append(id < firstId + REQUESTS_EACH - 1 ? "\r\n" : "Connection: close\r\n\r\n");
    }
    try (var socket = new Socket(host, port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.US_ASCII));
      var _ = socket.getInputStream().readAllBytes();
    }
  }
}
