package dev.muster.coordinator.merge;

import java.util.List;

/**
 * What there is to judge a worker's own part by.
 *
 * @param worker its name
 * @param ended requests of it that ended
 * @param ticks in which it measured something
 * @param crowded whether other processes kept its machine busy for a good part of them
 * @param heldBack requests that left late, or not at all, as it was started with a limit of its rate
 * @param disturbances of it, by cause and then by time
 */
public record GeneratorEvidence(
    String worker, long ended, long ticks, boolean crowded, long heldBack,
    List<Disturbance> disturbances) {

  public GeneratorEvidence {
    disturbances = List.copyOf(disturbances);
  }
}
