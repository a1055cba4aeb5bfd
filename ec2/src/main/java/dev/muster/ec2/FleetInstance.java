package dev.muster.ec2;

import java.time.Instant;

/**
 * An instance of a fleet, as EC2 last told of it.
 *
 * @param state in EC2's words: pending, running, shutting-down, terminated, stopping, stopped
 * @param expires when anybody who comes by may end it
 */
public record FleetInstance(
    String id, String fleet, String type, String zone, boolean spot, String state,
    Instant launched, Instant expires) {

  /** Whether it costs, or is about to. */
  public boolean isAlive() {
    return !state.equals("terminated") && !state.equals("shutting-down");
  }
}
