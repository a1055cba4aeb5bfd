package dev.muster.deploy.spawn;

import java.time.Duration;

/**
 * What is wanted, wherever it is to be had.
 *
 * @param count of workers, from 1 to 1,000
 * @param all whether fewer are of no use: then all are launched or none
 * @param ttl how long they live, whatever happens
 */
public record WorkerOrder(int count, boolean all, Duration ttl) {

  private static final int MOST = 1_000;
  private static final Duration SHORTEST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofDays(7);

  /** @throws IllegalArgumentException with a sentence for who wrote it, if it makes no sense */
  public WorkerOrder {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("a fleet has 1 to " + MOST + " workers, not " + count);
    }
    if (ttl.compareTo(SHORTEST) < 0 || ttl.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "workers live from 10 seconds to 7 days, so that they come to their work and to an end");
    }
  }
}
