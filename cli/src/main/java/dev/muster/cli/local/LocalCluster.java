package dev.muster.cli.local;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.coordinator.Coordinator;
import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.deploy.fleet.LocalFleet;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A coordinator in this process and workers in processes of their own, who speak with it over real
 * gRPC: the same cluster as on many machines.
 */
public final class LocalCluster implements AutoCloseable {

  private static final String HOST = "127.0.0.1";

  private final Coordinator coordinator;
  private final LocalFleet fleet;

  private LocalCluster(Coordinator coordinator, LocalFleet fleet) {
    this.coordinator = coordinator;
    this.fleet = fleet;
  }

  /**
   * Starts a cluster of {@code workers} workers.
   *
   * @param data the folder for the coordinator's store and for logs
   * @throws UserError if it cannot be started
   */
  public static LocalCluster start(int workers, Path data) {
    try {
      Coordinator coordinator = Coordinator.start(new CoordinatorOptions(HOST, 0, data));
      try {
        int cores = Runtime.getRuntime().availableProcessors();
        int eventLoops = Math.max(1, cores / workers);
        return new LocalCluster(
            coordinator,
            LocalFleet.start(
                workers,
                name -> OwnCommand.worker(HOST, coordinator.port(), name, eventLoops), data));
      } catch (IOException e) {
        coordinator.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED, "No cluster can be started on this machine: " + e.getMessage(), e);
    }
  }

  /** Where the coordinator listens. */
  public String host() {
    return HOST;
  }

  /** Where the coordinator listens. */
  public int port() {
    return coordinator.port();
  }

  /** The worker processes. */
  public LocalFleet fleet() {
    return fleet;
  }

  @Override
  public void close() {
    fleet.close();
    coordinator.close();
  }
}
