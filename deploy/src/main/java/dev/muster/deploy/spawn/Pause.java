package dev.muster.deploy.spawn;

import java.time.Duration;

/** Waits between two questions to a place. */
public final class Pause {

  private Pause() {}

  /**
   * Lets so much time pass.
   *
   * @throws PlaceProblem when interrupted
   */
  public static void of(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlaceProblem("It was told to end while it waited for workers.", e);
    }
  }
}
