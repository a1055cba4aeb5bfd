package dev.muster.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes from one event to the next. What is due at one instant happens in the order of asking. */
final class Timeline {

  private record Due(long nanos, long order, Runnable what) {}

  private final PriorityQueue<Due> queue = new PriorityQueue<>(
      Comparator.comparingLong(Due::nanos).thenComparingLong(Due::order));
  private long order;
  private long now;

  /** The present, in nanoseconds since the beginning. */
  long now() {
    return now;
  }

  void at(long nanos, Runnable what) {
    queue.add(new Due(Math.max(now, nanos), order++, what));
  }

  void after(long nanos, Runnable what) {
    at(now + nanos, what);
  }

  /** Lets the next event happen; false when there is none. */
  boolean step() {
    Due next = queue.poll();
    if (next == null) {
      return false;
    }
    now = next.nanos();
    next.what().run();
    return true;
  }
}
