package dev.muster.coordinator;

import dev.muster.coordinator.rpc.CoordinatorServer;
import dev.muster.coordinator.store.Store;
import java.io.IOException;
import java.nio.file.Files;

/** A running coordinator: workers join it, people submit plans to it. */
public final class Coordinator implements AutoCloseable {

  private final DataLock lock;
  private final Store store;
  private final CoordinatorServer server;

  private Coordinator(DataLock lock, Store store, CoordinatorServer server) {
    this.lock = lock;
    this.store = store;
    this.server = server;
  }

  /**
   * Starts a coordinator.
   *
   * @param door who is let in
   * @throws IOException if it cannot listen, its data folder cannot be written, or another
   *     coordinator works in it
   * @throws dev.muster.coordinator.store.StoreException if its store cannot be opened
   */
  public static Coordinator start(CoordinatorOptions options, Door door) throws IOException {
    Files.createDirectories(options.data());
    DataLock lock = DataLock.on(options.data());
    try {
      Store store = Store.open(options.storeFile());
      try {
        return new Coordinator(lock, store, new CoordinatorServer(options, door, store));
      } catch (IOException e) {
        store.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      lock.close();
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
    lock.close();
  }
}
