package dev.muster.worker.machine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A metadata service of version 2 on a free port of this machine, which says what a test tells it to. */
final class FakeMetadata implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 30;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, String> pages = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final AtomicInteger tokens = new AtomicInteger();
  private volatile boolean broken;
  private volatile boolean hangs;

  FakeMetadata() {
    try {
      server = HttpServer.create(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/latest/", this::answer);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  void put(String path, String text) {
    pages.put(path, text);
  }

  /** What it answered for so far counts no more. */
  void expireToken() {
    tokens.incrementAndGet();
  }

  void breaks(boolean broken) {
    this.broken = broken;
  }

  /** From now on it answers nobody. */
  void hangs() {
    hangs = true;
  }

  /** Waits until it is asked for {@code path} once more. */
  void awaitAsked(String path) throws InterruptedException {
    awaitAsked(path, path::equals);
  }

  /** Waits until it is asked for something once more. */
  void awaitAsked() throws InterruptedException {
    awaitAsked("anything", _ -> true);
  }

  private void awaitAsked(String what, Predicate<String> wanted) throws InterruptedException {
    asked.clear();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    String next;
    do {
      next = asked.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new AssertionError("nobody asks for " + what);
      }
    } while (!wanted.test(next));
  }

  private void answer(HttpExchange exchange) throws IOException {
    if (hangs) {
      return;
    }
    String path = exchange.getRequestURI().getPath().substring("/latest/".length());
    if (broken) {
      say(exchange, 500, "");
    } else if (path.equals("api/token")) {
      boolean right = exchange.getRequestMethod().equals("PUT")
          && exchange.getRequestHeaders().containsKey("X-aws-ec2-metadata-token-ttl-seconds");
      say(exchange, right ? 200 : 400, right ? token() : "");
    } else if (!token()
        .equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"))) {
      say(exchange, 401, "");
    } else {
      String page = pages.get(path.substring("meta-data/".length()));
      say(exchange, page == null ? 404 : 200, page == null ? "" : page);
    }
    asked.add(path);
  }

  private String token() {
    return "token-" + tokens.get();
  }

  private static void say(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
