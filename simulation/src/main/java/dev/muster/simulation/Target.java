package dev.muster.simulation;

import java.util.HashSet;
import java.util.Set;

/** What the target has received, which nobody can lose. */
final class Target {

  private record Iteration(int lane, long number) {}

  private final Set<Iteration> seen = new HashSet<>();
  private long received;
  private long repeated;

  /** {@code user} is that of the closed model, or the number of an arrival. */
  void received(int user, long iteration) {
    received++;
    if (!seen.add(new Iteration(user, iteration))) {
      repeated++;
    }
  }

  long received() {
    return received;
  }

  /** How many iterations of a user came more than once. */
  long repeated() {
    return repeated;
  }
}
