package dev.muster.coordinator.rpc;

import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.store.Store;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The coordinator's thread and its port. */
public final class CoordinatorServer implements AutoCloseable {

  private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

  private final CoordinatorLoop loop;
  private final Server server;

  /**
   * A coordinator that accepts workers and commands at once.
   *
   * @throws IOException if it cannot listen
   */
  public CoordinatorServer(CoordinatorOptions options, Store store) throws IOException {
    this(
        options, store,
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name("results").factory()));
  }

  /** @param results is this coordinator's, and of one thread: results are written on it */
  CoordinatorServer(CoordinatorOptions options, Store store, ExecutorService results)
      throws IOException {
    loop = new CoordinatorLoop(options, store, results);
    try {
      server = NettyServerBuilder
          .forAddress(
              new InetSocketAddress(options.host(), options.port()),
              InsecureServerCredentials.create())
          .addService(new ClusterEndpoint(loop))
          .addService(new ControlEndpoint(loop, options))
          .maxInboundMessageSize(MAX_MESSAGE_BYTES)
          // Workers ask every 10 s whether the link still stands.
          .permitKeepAliveTime(5, TimeUnit.SECONDS)
          .permitKeepAliveWithoutCalls(true)
          .build()
          .start();
    } catch (IOException e) {
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
    loop.close();
    server.shutdownNow();
    try {
      server.awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
