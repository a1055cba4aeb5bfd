package dev.muster.cli.fleet;

import dev.muster.cli.HostAndPort;
import dev.muster.cli.rpc.ControlClient;
import dev.muster.ec2.Ec2Fleet;
import dev.muster.ec2.Keeper;
import dev.muster.trust.Authority;
import dev.muster.trust.Credential;
import dev.muster.trust.Holder;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.Role;
import dev.muster.trust.rpc.Dialer;
import dev.muster.trust.rpc.Renewal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keeper of the fleets of a coordinator in this process. It speaks with it as an operator does. */
public final class CoordinatorKeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorKeeper.class);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Renewal renewal;
  private final ControlClient client;
  private final Ec2Fleet fleets;
  private final Keeper keeper;

  private CoordinatorKeeper(Renewal renewal, ControlClient client, Ec2Fleet fleets) {
    this.renewal = renewal;
    this.client = client;
    this.fleets = fleets;
    this.keeper = new Keeper(
        fleets, new FleetHost(client, fleets, PATIENCE), PATIENCE, InstantSource.system(),
        line -> LOG.info("{}", line));
  }

  /**
   * Begins to look after fleets.
   *
   * @param authority the coordinator's
   * @param address at which it is reached from here
   * @param fleets closed with what is returned
   */
  public static CoordinatorKeeper start(
      Authority authority, HostAndPort address, Ec2Fleet fleets) {
    var holder = new Holder(Role.OPERATOR, "keeper");
    Credential first = authority.credential(holder);
    var live = new LiveCredential(first);
    var renewal = new Renewal(
        live, _ -> authority.credential(holder), Optional.empty(), InstantSource.system());
    var started = new CoordinatorKeeper(
        renewal, new ControlClient(address.host(), address.port(), Dialer.mutual(live)), fleets);
    started.keeper.start();
    return started;
  }

  @Override
  public void close() {
    keeper.close();
    client.close();
    renewal.close();
    fleets.close();
  }
}
