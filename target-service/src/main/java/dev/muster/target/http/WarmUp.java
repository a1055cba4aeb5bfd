package dev.muster.target.http;

import dev.muster.target.api.Api;
import dev.muster.target.api.Counts;
import dev.muster.target.faults.Faults;
import dev.muster.target.faults.LiveFaults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Answers some requests of its own on a port of its own before the service says that it is there, so
 * that the first measured answers are not those of a JVM that still loads its code. Nobody counts
 * them.
 */
public final class WarmUp {

  private static final int REQUESTS = 400;
  private static final int BACKLOG = 16;
  private static final int PATIENCE_MILLIS = 2_000;

  private WarmUp() {}

  /**
   * Warms {@code api} up, and waits until that is done. A failure is of no interest here; the real
   * port will tell.
   */
  public static void of(Api api, HttpListener.Manners manners, boolean waits) {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    var closing = new HttpListener.Manners(false, manners.readTimeout(), manners.writeTimeout());
    try (var listener = HttpListener.start(
        new HttpListener.Address(host, 0, BACKLOG, "--port"), closing, api, new Counts(),
        new LiveFaults(Faults.NONE), waits)) {
      for (int id = 0; id < REQUESTS; id++) {
        ask(host, listener.port(), "/customerdata/" + id);
      }
    } catch (IOException | ListenException e) {
      // Cold is slower, not wrong.
    }
  }

  private static void ask(String host, int port, String path) throws IOException {
    try (var socket = new Socket(host, port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      var _ = socket.getInputStream().readAllBytes();
    }
  }
}
