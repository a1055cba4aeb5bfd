package dev.muster.target.lambda;

import dev.muster.target.store.CustomerStore;
import dev.muster.target.store.StoreException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that is opened when it is first asked, and again after it was suspended. While it cannot be
 * opened, each lookup fails as that of a store that is away does. Safe for use by many threads.
 */
final class ReopenedStore implements CustomerStore {
  private final Supplier<? extends CustomerStore> opening;
  private @Nullable CustomerStore open;

  /** What {@code opening} opens; it may throw a {@link StoreException}. */
  ReopenedStore(Supplier<? extends CustomerStore> opening) {
    this.opening = opening;
  }

  @Override
  public Optional<byte[]> customer(int id) {
    return opened().customer(id);
  }

  @Override
  public Optional<byte[]> readings(int customerId) {
    return opened().readings(customerId);
  }

  @Override
  public boolean waits() {
    return opened().waits();
  }

  /** Closes the store if it holds connections; one that only holds memory stays as it is. */
  synchronized void suspend() {
    if (open != null && open.waits()) {
      close();
    }
  }

  /** Opens the store if that is possible now, and tells whether it is open. */
  boolean resume() {
    try {
      var _ = opened();
      return true;
    } catch (StoreException e) {
      // Each lookup tries again, and says so if it fails.
      return false;
    }
  }

  @Override
  public synchronized void close() {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  private synchronized CustomerStore opened() {
    if (open == null) {
      try {
        open = opening.get();
      } catch (StoreException e) {
        // What a function writes there is in its log, whatever else is on its class path.
        System.err.println("the customers cannot be reached: " + e.getMessage());
        throw e;
      }
    }
    return open;
  }
}
