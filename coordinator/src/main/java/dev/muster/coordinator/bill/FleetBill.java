package dev.muster.coordinator.bill;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What a fleet costs, at an instant.
 *
 * @param machines how many it has had in all
 * @param running how many of these have not ended, as far as is known
 * @param hour what those that have not ended cost in an hour
 * @param soFar what all have cost
 * @param ceiling what it may cost in all; empty where nobody has said
 */
public record FleetBill(
    String name, int machines, int running, Cost hour, Cost soFar, Optional<BigDecimal> ceiling) {

  /** Whether it has cost as much as it may; of machines whose price is not known nobody can tell. */
  public boolean isAtCeiling() {
    return ceiling.isPresent() && soFar.usd().compareTo(ceiling.get()) >= 0;
  }
}
