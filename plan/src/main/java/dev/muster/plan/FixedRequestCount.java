package dev.muster.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * A user without chance in it: request <i>j</i> of iteration <i>k</i> is due at
 * <i>k</i>·cycle + offset<sub>j</sub>, so the requests before an instant can be counted exactly.
 *
 * @param offsetNanos when each request of an iteration is due after the iteration's start
 * @param cycleNanos from the start of an iteration to the start of the next
 */
record FixedRequestCount(List<Long> offsetNanos, long cycleNanos) implements RequestCount {

  static FixedRequestCount of(TaskTimes task, long pacingNanos) {
    var offsets = new ArrayList<Long>();
    long offset = 0;
    for (Wait wait : task.beforeRequests()) {
      offset += wait.least();
      offsets.add(offset);
    }
    return new FixedRequestCount(
        offsets, Math.max(pacingNanos, offset + task.afterLast().least()));
  }

  @Override
  public double mean(long nanos) {
    if (cycleNanos == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double count = 0;
    for (long offset : offsetNanos) {
      count += offset < nanos ? (nanos - 1 - offset) / cycleNanos + 1 : 0;
    }
    return count;
  }

  @Override
  public double variance(long nanos) {
    return 0;
  }
}
