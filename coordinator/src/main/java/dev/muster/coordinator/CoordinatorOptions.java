package dev.muster.coordinator;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a coordinator is started.
 *
 * @param host the address it listens on
 * @param port 0 for any free one
 * @param data the folder for its store and its results; made if it does not exist
 * @param bounds how much it takes on at most
 * @param resume whether it goes on with what a coordinator before it has left in that folder without an
 *     end; else that is cancelled
 * @param distribution what it tells those who launch workers of where these fetch Muster, if there is
 *     such a place on its host
 */
public record CoordinatorOptions(
    String host, int port, Path data, Bounds bounds, boolean resume,
    Optional<ServedDistribution> distribution) {

  /** Without a distribution. */
  public CoordinatorOptions(String host, int port, Path data, Bounds bounds, boolean resume) {
    this(host, port, data, bounds, resume, Optional.empty());
  }

  /** Within the usual bounds, and goes on. */
  public CoordinatorOptions(String host, int port, Path data) {
    this(host, port, data, Bounds.USUAL, true);
  }

  /** These, and tells of a distribution. */
  public CoordinatorOptions with(ServedDistribution served) {
    return new CoordinatorOptions(host, port, data, bounds, resume, Optional.of(served));
  }

  /** Where its store is. */
  public Path storeFile() {
    return data.resolve("muster.db");
  }

  /** Where the results of an experiment are. */
  public Path results(String experiment) {
    return data.resolve("results").resolve(experiment);
  }
}
