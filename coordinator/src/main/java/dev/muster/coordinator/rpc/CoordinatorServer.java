package dev.muster.coordinator.rpc;

import dev.muster.coordinator.Bounds;
import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.Door;
import dev.muster.coordinator.store.Store;
import dev.muster.trust.rpc.Doorstep;
import dev.muster.trust.rpc.Tls;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The coordinator's thread and its port. */
public final class CoordinatorServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorServer.class);

  /** Lanes that a worker lets go travel in one: 60 bytes each, so a million of them. */
  private static final int MESSAGE_BYTES = 64 << 20;

  /** What a connection may have on the way to us that nobody has asked for. */
  private static final int WINDOW_BYTES = 256 << 10;

  /** A stranger's handshake, headers and, with a window's bytes, the begin of its first call. */
  private static final long STRANGER_BYTES = 2L * WINDOW_BYTES;

  private static final int HEADER_BYTES = 8 << 10;

  /** A worker has one, a command two or three. */
  private static final int CALLS_OF_A_CONNECTION = 100;

  /** Calls that a connection may give up, in so many seconds. */
  private static final int GIVEN_UP_CALLS = 200;
  private static final int GIVEN_UP_SECONDS = 30;

  /** A connection without a call ends after so long. */
  private static final int IDLE_SECONDS = 60;

  /** Who says nothing for so long is asked whether it is there, and is gone when it does not answer. */
  private static final int SILENCE_SECONDS = 30;
  private static final int ANSWER_SECONDS = 20;

  private final Optional<Gate> gate;
  private final Doorstep doorstep;
  private final CoordinatorLoop loop;
  private final Server server;
  private final ExecutorService calls = Executors.newFixedThreadPool(
      Math.max(4, 2 * Runtime.getRuntime().availableProcessors()),
      Thread.ofPlatform().daemon().name("calls-", 0).factory());

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
    Bounds bounds = options.bounds();
    gate = Gate.behind(door, InstantSource.system());
    doorstep = new Doorstep(
        new Doorstep.Bounds(
            bounds.connections(), bounds.strangers(), STRANGER_BYTES, bounds.patience()));
    loop = new CoordinatorLoop(
        options, store, then -> doorstep.afterAllThatCame(() -> afterCalls(then)), results);
    var workers = new ClusterEndpoint(loop, bounds);
    var people = new ControlEndpoint(loop, options);
    try {
      var builder = doorstep.server(
          new InetSocketAddress(options.host(), options.port()),
          gate.map(each -> Tls.server(each.credential()))
              .orElseGet(InsecureServerCredentials::create));
      // The last that is added is asked first: the gate.
      builder.intercept(new LettingIn(doorstep)).intercept(new VersionInterceptor());
      gate.ifPresent(
          each -> builder.addService(new EnrolEndpoint(each, workers, people))
              .intercept(new GateInterceptor(each)));
      server = builder
          .addService(workers)
          .addService(people)
          .executor(calls)
          .maxConcurrentCallsPerConnection(CALLS_OF_A_CONNECTION)
          .maxRstFramesPerWindow(GIVEN_UP_CALLS, GIVEN_UP_SECONDS)
          .maxInboundMessageSize(MESSAGE_BYTES)
          .maxInboundMetadataSize(HEADER_BYTES)
          .flowControlWindow(WINDOW_BYTES)
          .maxConnectionIdle(IDLE_SECONDS, TimeUnit.SECONDS)
          .keepAliveTime(SILENCE_SECONDS, TimeUnit.SECONDS)
          .keepAliveTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
          // Workers ask every 10 s whether the link still stands.
          .permitKeepAliveTime(5, TimeUnit.SECONDS)
          .permitKeepAliveWithoutCalls(true)
          .build()
          .start();
    } catch (IOException e) {
      gate.ifPresent(Gate::close);
      loop.close();
      doorstep.close();
      calls.shutdown();
      throw e;
    }
  }

  /** Runs {@code task} after the calls that wait for a thread now. */
  private void afterCalls(Runnable task) {
    try {
      calls.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("The coordinator has ended meanwhile", e);
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
    doorstep.close();
    calls.shutdown();
  }
}
