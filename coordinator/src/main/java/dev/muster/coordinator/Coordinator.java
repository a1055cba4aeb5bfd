package dev.muster.coordinator;

import dev.muster.coordinator.rpc.CoordinatorServer;
import dev.muster.coordinator.store.Store;
import java.io.IOException;
import java.nio.file.Files;

/** A running coordinator: workers join it, people submit plans to it. */
public final class Coordinator implements AutoCloseable {

  private final Store store;
  private final CoordinatorServer server;

  private Coordinator(Store store, CoordinatorServer server) {
    this.store = store;
    this.server = server;
  }

  /**
   * Starts a coordinator.
   *
   * @throws IOException if it cannot listen, or its data folder cannot be written
   * @throws dev.muster.coordinator.store.StoreException if its store cannot be opened
   */
  public static Coordinator start(CoordinatorOptions options) throws IOException {
    Files.createDirectories(options.data());
    Store store = Store.open(options.storeFile());
    try {
      return new Coordinator(store, new CoordinatorServer(options, store));
    } catch (IOException e) {
      store.close();
      throw e;
    }
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
    store.close();
  }
}
