package dev.muster.ec2;

import java.time.Instant;
import java.util.Optional;

/**
 * An instance of a fleet, as EC2 last told of it.
 *
 * @param state in EC2's words: pending, running, shutting-down, terminated, stopping, stopped
 * @param expires when anybody who comes by may end it
 * @param replaces the id of the one in whose place it was launched, if there is one
 * @param reclaimed whether it has ended because EC2 took it back
 * @param ended when it has ended, where EC2 says so
 */
public record FleetInstance(
    String id, String fleet, String type, String zone, boolean spot, String state,
    Instant launched, Instant expires, Optional<String> replaces, boolean reclaimed,
    Optional<Instant> ended) {

  /** Whether it costs, or is about to. */
  public boolean isAlive() {
    return !state.equals("terminated") && !state.equals("shutting-down");
  }
}
