package dev.muster.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** A server that is none of ours: answers at once, and remembers what it was asked. */
final class RecordingServer implements AutoCloseable {

  private final HttpServer server;
  private final Consumer<Request> told;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> requests = new ArrayList<>();

  /**
   * A request as it came.
   *
   * @param user what its header X-User says
   * @param client the port that it came from, which tells connections apart that are open together
   * @param closes whether it asks that its connection be closed
   * @param nanos when it came, on the scale of {@link System#nanoTime}
   */
  record Request(
      String user, String method, String path, String body, int client, boolean closes,
      long nanos) {}

  private RecordingServer(HttpServer server, Consumer<Request> told) {
    this.server = server;
    this.told = told;
  }

  static RecordingServer start() throws IOException {
    return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), _ -> {});
  }

  /** Starts one at this address that also tells of each request before it answers it. */
  static RecordingServer start(InetSocketAddress address, Consumer<Request> told)
      throws IOException {
    var recording = new RecordingServer(HttpServer.create(address, 100), told);
    recording.server.createContext("/", recording::answer);
    recording.server.setExecutor(recording.threads);
    recording.server.start();
    return recording;
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String user = exchange.getRequestHeaders().getFirst("X-User");
    add(
        new Request(
            Objects.requireNonNullElse(user, ""), exchange.getRequestMethod(),
            exchange.getRequestURI().toString(), body, exchange.getRemoteAddress().getPort(),
            "close".equals(exchange.getRequestHeaders().getFirst("Connection")),
            System.nanoTime()));
    byte[] answer = ("you said " + body).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private synchronized void add(Request request) {
    requests.add(request);
    told.accept(request);
    notifyAll();
  }

  /** What it was asked so far. */
  synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Forgets what it was asked. */
  synchronized void forget() {
    requests.clear();
  }

  /** Waits until so many requests have come. */
  synchronized void await(int count) {
    long deadline = System.nanoTime() + Muster.PATIENCE.toNanos();
    try {
      while (requests.size() < count && System.nanoTime() < deadline) {
        wait(Duration.ofSeconds(1).toMillis());
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (requests.size() < count) {
      throw new AssertionError("only " + requests.size() + " of " + count + " requests came");
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
