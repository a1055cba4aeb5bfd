package dev.muster.cli.local;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.coordinator.Bounds;
import dev.muster.coordinator.Coordinator;
import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.Door;
import dev.muster.deploy.fleet.LocalFleet;
import dev.muster.plan.target.Destination;
import dev.muster.trust.Authority;
import dev.muster.trust.Credential;
import dev.muster.trust.Holder;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.Lives;
import dev.muster.trust.Role;
import dev.muster.trust.rpc.Dialer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A coordinator in this process and workers in processes of their own, who speak with it over real
 * gRPC: the same cluster as on many machines.
 */
public final class LocalCluster implements AutoCloseable {

  private static final String HOST = "127.0.0.1";

  /** Longer than workers may take to start; those who have joined need no token any more. */
  private static final Duration TOKEN_VALID = Duration.ofMinutes(10);

  private final Coordinator coordinator;
  private final Dialer dialer;
  private final LocalFleet fleet;

  private LocalCluster(Coordinator coordinator, Dialer dialer, LocalFleet fleet) {
    this.coordinator = coordinator;
    this.dialer = dialer;
    this.fleet = fleet;
  }

  /**
   * Starts a cluster of {@code workers} workers that send to {@code target} and nowhere else.
   *
   * @param target whoever gives the plan on this machine allows it
   * @param data the folder for the coordinator's store and for logs
   * @throws UserError if it cannot be started
   */
  public static LocalCluster start(int workers, URI target, Path data) {
    try {
      // In memory alone: nothing of it lies among the results, and it ends with the cluster.
      var authority = Authority.inMemory(Lives.USUAL, InstantSource.system());
      Coordinator coordinator = Coordinator.start(
          new CoordinatorOptions(HOST, 0, data, Bounds.USUAL, false),
          new Door.Own(authority, Optional.empty()));
      try {
        Credential operator = authority.credential(new Holder(Role.OPERATOR, "this command"));
        String token = authority.token(Role.WORKER, TOKEN_VALID).text();
        int cores = Runtime.getRuntime().availableProcessors();
        int eventLoops = Math.max(1, cores / workers);
        List<String> allowed = allowed(target);
        return new LocalCluster(
            coordinator, Dialer.mutual(new LiveCredential(operator)),
            LocalFleet.start(
                workers,
                name -> OwnCommand.worker(HOST, coordinator.port(), name, eventLoops, allowed,
                    data.resolve("spool")),
                Map.of(OwnCommand.TOKEN_VARIABLE, token), data));
      } catch (IOException e) {
        coordinator.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED, "No cluster can be started on this machine: " + e.getMessage(), e);
    }
  }

  /** The target's name, and what it leads to here: a name of this machine's own opens no loopback. */
  private static List<String> allowed(URI target) {
    Destination destination = Destination.of(target);
    var allowed = new ArrayList<String>();
    allowed.add(destination.text());
    try {
      for (InetAddress address : InetAddress.getAllByName(destination.host())) {
        allowed.add(new Destination(address.getHostAddress(), destination.port()).text());
      }
    } catch (UnknownHostException e) {
      // The run will tell.
    }
    return allowed;
  }

  /** Where the coordinator listens. */
  public String host() {
    return HOST;
  }

  /** Where the coordinator listens. */
  public int port() {
    return coordinator.port();
  }

  /** How one who may do everything speaks with the coordinator. */
  public Dialer dialer() {
    return dialer;
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
