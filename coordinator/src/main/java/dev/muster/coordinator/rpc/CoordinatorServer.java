package dev.muster.coordinator.rpc;

import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.Door;
import dev.muster.coordinator.store.Store;
import dev.muster.trust.rpc.Tls;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The coordinator's thread and its port. */
public final class CoordinatorServer implements AutoCloseable {

  private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

  /** So long may somebody who connects say nothing. */
  private static final int HANDSHAKE_SECONDS = 10;

  private final Optional<Gate> gate;
  private final CoordinatorLoop loop;
  private final Server server;

  /**
   * A coordinator that accepts workers and commands at once.
   *
   * @param door who is let in
   * @throws IOException if it cannot listen
   */
  public CoordinatorServer(CoordinatorOptions options, Door door, Store store)
      throws IOException {
    this(
        options, door, store,
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name("results").factory()));
  }

  /** @param results is this coordinator's, and of one thread: results are written on it */
  CoordinatorServer(
      CoordinatorOptions options, Door door, Store store, ExecutorService results)
      throws IOException {
    gate = Gate.behind(door, InstantSource.system());
    loop = new CoordinatorLoop(options, store, results);
    var workers = new ClusterEndpoint(loop, options.bounds());
    try {
      var builder = NettyServerBuilder
          .forAddress(
              new InetSocketAddress(options.host(), options.port()),
              gate.map(each -> Tls.server(each.credential()))
                  .orElseGet(InsecureServerCredentials::create));
      gate.ifPresent(
          each -> builder.addService(new EnrolEndpoint(each, workers))
              .intercept(new GateInterceptor(each))
              .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS));
      server = builder
          .addService(workers)
          .addService(new ControlEndpoint(loop, options))
          .maxInboundMessageSize(MAX_MESSAGE_BYTES)
          // Workers ask every 10 s whether the link still stands.
          .permitKeepAliveTime(5, TimeUnit.SECONDS)
          .permitKeepAliveWithoutCalls(true)
          .build()
          .start();
    } catch (IOException e) {
      gate.ifPresent(Gate::close);
      loop.close();
      throw e;
    }
  }

  /** The port that it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Ends every stream and waits until nothing of it runs, nor is written. */
  @Override
  public void close() {
    gate.ifPresent(Gate::close);
    loop.close();
    server.shutdownNow();
    try {
      server.awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
