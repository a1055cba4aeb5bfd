package dev.muster.simulation;

import java.util.Random;
import java.util.function.Consumer;

/**
 * A stream between a worker and the coordinator: what is said on one side is heard on the other in order,
 * later, at times twice; what is on the way when it breaks is lost. Each side hears of the break some time
 * later, or never, when the network between them is cut.
 */
final class Link {

  private final Timeline timeline;
  private final Random random;
  private final long mostDelayNanos;
  private long upFreeNanos;
  private long downFreeNanos;
  private boolean broken;

  Link(Timeline timeline, Random random, long mostDelayNanos) {
    this.timeline = timeline;
    this.random = random;
    this.mostDelayNanos = mostDelayNanos;
  }

  boolean isBroken() {
    return broken;
  }

  void up(Runnable heard) {
    upFreeNanos = later(upFreeNanos, heard);
  }

  void down(Runnable heard) {
    downFreeNanos = later(downFreeNanos, heard);
  }

  private long later(long freeNanos, Runnable heard) {
    if (broken) {
      return freeNanos;
    }
    long at = Math.max(freeNanos, timeline.now() + delay());
    int times = random.nextInt(50) == 0 ? 2 : 1;
    for (int i = 0; i < times; i++) {
      timeline.at(at, () -> {
        if (!broken) {
          heard.run();
        }
      });
    }
    return at;
  }

  private long delay() {
    return random.nextLong(1 + (random.nextInt(20) == 0 ? mostDelayNanos : mostDelayNanos / 20));
  }

  /** Nothing that is on the way arrives. */
  void breakNow(Consumer<Link> toldAbove, Consumer<Link> toldBelow) {
    if (!broken) {
      broken = true;
      timeline.after(delay(), () -> toldAbove.accept(this));
      timeline.after(delay(), () -> toldBelow.accept(this));
    }
  }
}
