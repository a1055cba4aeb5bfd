package dev.muster.ec2;

import java.time.Duration;

/** Waits between two questions to EC2. */
final class Pause {

  private Pause() {}

  /** @throws Ec2Problem when interrupted */
  static void of(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Ec2Problem.of("It was told to end while it waited for EC2.");
    }
  }
}
