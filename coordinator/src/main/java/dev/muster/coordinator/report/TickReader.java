package dev.muster.coordinator.report;

import dev.muster.coordinator.merge.MergedTick;

/** Receives the final ticks of one run in order, from 0 on and without gaps. */
@FunctionalInterface
public interface TickReader {

  /**
   * Reads the next tick. It keeps the tick's histograms unchanged.
   *
   * @throws IllegalArgumentException if it is not the tick after the last one read
   * @throws java.io.UncheckedIOException if it writes, and cannot
   */
  void read(MergedTick tick);
}
