package dev.muster.target.lambda;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.muster.target.process.ProcessException;
import dev.muster.target.process.ServiceProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The small part of AWS's Lambda Runtime API that a function needs, for where AWS's emulator is not
 * installed: one address for all execution environments, each under a first path segment of its own.
 */
final class RuntimeApi implements Environments {
  private static final String VERSION = "/2018-06-01/runtime/";
  private static final String INVOCATION = "invocation/";
  private static final int PATIENCE_SECONDS = 30;
  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int GONE = 410;
  private static final int NOTHING_HERE = 404;

  private final FunctionOptions options;
  private final FunctionProcesses processes;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentMap<String, Seat> seats = new ConcurrentHashMap<>();
  private final AtomicLong named = new AtomicLong();

  /**
   * Begins to listen, on any free port of the loopback address.
   *
   * @throws ProcessException if that is not possible
   */
  RuntimeApi(FunctionOptions options) {
    this.options = options;
    try {
      this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          0);
    } catch (IOException e) {
      throw new ProcessException("the Runtime API cannot listen: " + e.getMessage(), e);
    }
    this.processes = new FunctionProcesses(options);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  @Override
  public ExecutionEnvironment start() {
    String name = "environment-" + named.incrementAndGet();
    var seat = new Seat();
    seats.put(name, seat);
    var address = server.getAddress();
    var process = processes.start(List.of(), Map.of("AWS_LAMBDA_RUNTIME_API",
        address.getAddress().getHostAddress() + ":" + address.getPort() + "/" + name));
    var _ = process.ended().thenRun(() -> {
      seats.remove(name);
      seat.end("the function's process ended");
    });
    awaitReady(seat, process);
    return new OwnEnvironment(process, seat, options.timeout());
  }

  private static void awaitReady(Seat seat, ServiceProcess process) {
    try {
      seat.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return;
    } catch (ExecutionException | TimeoutException e) {
      process.close();
      throw new ProcessException("the function cannot be started; it said:\n"
          + process.lastWords(), e);
    } catch (InterruptedException e) {
      process.close();
      Thread.currentThread().interrupt();
      throw new ProcessException("interrupted while the function starts", e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      int version = path.indexOf(VERSION);
      var seat = version < 1 ? null : seats.get(path.substring(1, version));
      if (seat == null) {
        exchange.sendResponseHeaders(GONE, -1);
        return;
      }
      handle(exchange, seat, path.substring(version + VERSION.length()));
    }
  }

  private void handle(HttpExchange exchange, Seat seat, String call) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    switch (call) {
      case INVOCATION + "next" -> next(exchange, seat);
      case "init/error" -> {
        exchange.sendResponseHeaders(ACCEPTED, -1);
        seat.end("the function failed to initialise: " + new String(body, StandardCharsets.UTF_8));
      }
      // For a function that is told to be of SnapStart: the snapshot was taken and restored.
      case "restore/next" -> exchange.sendResponseHeaders(OK, -1);
      default -> {
        if (!call.startsWith(INVOCATION)) {
          exchange.sendResponseHeaders(NOTHING_HERE, -1);
          return;
        }
        // A response or an error, which says in its body that it is one.
        String id = call.substring(INVOCATION.length(), call.lastIndexOf('/'));
        exchange.sendResponseHeaders(ACCEPTED, -1);
        seat.answer(id, body);
      }
    }
  }

  private void next(HttpExchange exchange, Seat seat) throws IOException {
    Optional<Seat.Invocation> taken;
    try {
      taken = seat.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (taken.isEmpty()) {
      exchange.sendResponseHeaders(GONE, -1);
      return;
    }
    var invocation = taken.get();
    exchange.getResponseHeaders().set("Lambda-Runtime-Aws-Request-Id", invocation.id());
    exchange.getResponseHeaders()
        .set("Lambda-Runtime-Deadline-Ms", Long.toString(
            System.currentTimeMillis() + options.timeout().toMillis()));
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(OK, invocation.event().length);
    exchange.getResponseBody().write(invocation.event());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    processes.close();
  }
}
