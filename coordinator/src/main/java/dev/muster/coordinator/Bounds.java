package dev.muster.coordinator;

import java.time.Duration;

/**
 * How much a coordinator takes on at most. Beyond it somebody is refused with a sentence, or waits;
 * nothing that others send makes it grow without end. {@code docs/bounds.md} lists them all.
 *
 * @param workers that have joined at a time; of so many that have left it remembers who they were
 * @param waitingExperiments that are submitted and have not begun
 * @param followers who follow experiments at a time
 * @param waitingBytes of messages that wait for the coordinator's thread: beyond that each stream brings
 *     one message after another
 * @param strangers connections at a time of those of whom no call has been let in yet
 * @param patience how long one may be such a stranger
 */
public record Bounds(
    int workers, int waitingExperiments, int followers, long waitingBytes, int strangers,
    Duration patience) {

  /** What a coordinator takes on that is told nothing else. */
  public static final Bounds USUAL = new Bounds(
      2_000, 100, 1_000, Math.max(32L << 20, Runtime.getRuntime().maxMemory() / 8), 2_000,
      Duration.ofSeconds(20));

  /** These, for so many workers. */
  public Bounds withWorkers(int most) {
    return new Bounds(
        most, waitingExperiments, followers, waitingBytes, strangers, patience);
  }

  /**
   * Connections at a time: a worker that comes back may have two for a while, and each who follows has
   * one.
   */
  public int connections() {
    return 2 * workers + followers + strangers;
  }
}
