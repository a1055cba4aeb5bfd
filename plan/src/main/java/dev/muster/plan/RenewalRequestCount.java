package dev.muster.plan;

import java.util.List;

/**
 * A user whose iterations are drawn: a renewal process with rewards, solved on a grid of time.
 *
 * <p>Let X be the length of an iteration, A(t) the number of its requests due before t, N(t) that of
 * the whole life. The life begins anew with each iteration, so N(t) = A(t) + N'(t − X), and where
 * X ≤ t all n requests of the iteration lie before t. With m = E[N] and s = E[N²]:
 *
 * <pre>
 *   m(t) = E[A(t)]  + ∫ m(t−x) dF(x)
 *   s(t) = E[A²(t)] + ∫ (2n·m(t−x) + s(t−x)) dF(x)
 * </pre>
 *
 * both summed over tasks by their weights. E[A²] = Σ (2j−1)·P(request j is due before t), because
 * the requests of an iteration come in order. (Cox, Renewal Theory, 1962, chapters 4 and 8.)
 *
 * <p>A time between two points of the grid counts in parts to both, so that means are exact. Beyond
 * the grid's end both moments go on as renewal theory has it, along straight lines.
 */
final class RenewalRequestCount implements RequestCount {

  /** Enough that the count of the experiment of 180 s is exact to 1 in 100,000. */
  private static final int CELLS_PER_CYCLE = 200;

  private static final int MAX_CELLS = 200_000;

  private final double cellNanos;
  private final double[] mean;
  private final double[] variance;

  private RenewalRequestCount(double cellNanos, double[] mean, double[] variance) {
    this.cellNanos = cellNanos;
    this.mean = mean;
    this.variance = variance;
  }

  static RenewalRequestCount of(List<TaskTimes> tasks, long pacingNanos, long longestNanos) {
    double allWeights = tasks.stream().mapToInt(TaskTimes::weight).sum();
    double meanCycle = 0;
    for (TaskTimes task : tasks) {
      meanCycle += task.weight() / allWeights * Math.max((double) pacingNanos, meanLength(task));
    }
    double cell = Math.min(meanCycle / CELLS_PER_CYCLE, longestNanos / 1_000.0);
    int cells = (int) Math.min(MAX_CELLS, Math.ceil(longestNanos / cell)) + 2;

    var ownMean = new double[cells];
    var ownSquare = new double[cells];
    var lengths = new double[tasks.size()][];
    for (int index = 0; index < tasks.size(); index++) {
      TaskTimes task = tasks.get(index);
      double share = task.weight() / allWeights;
      double[] due = GridLaw.at(0);
      for (int request = 0; request < task.beforeRequests().size(); request++) {
        due = GridLaw.plus(due, task.beforeRequests().get(request), cell);
        double before = 0;
        for (int t = 0; t < cells; t++) {
          double here = t < due.length ? due[t] : 0;
          // The mass of a cell lies around it, half of it on either side.
          double probability = before + here / 2;
          ownMean[t] += share * probability;
          ownSquare[t] += share * (2 * request + 1) * probability;
          before += here;
        }
      }
      lengths[index] = GridLaw.atLeast(
          GridLaw.plus(due, task.afterLast(), cell), (double) pacingNanos / cell);
    }
    return solve(tasks, allWeights, lengths, ownMean, ownSquare, cell);
  }

  private static RenewalRequestCount solve(
      List<TaskTimes> tasks,
      double allWeights,
      double[][] lengths,
      double[] ownMean,
      double[] ownSquare,
      double cell) {
    int cells = ownMean.length;
    int longest = 0;
    for (double[] length : lengths) {
      longest = Math.max(longest, length.length);
    }
    // All tasks as one law, and the same weighted with twice the task's requests.
    var law = new double[longest];
    var rewarded = new double[longest];
    for (int index = 0; index < lengths.length; index++) {
      double share = tasks.get(index).weight() / allWeights;
      int requests = tasks.get(index).beforeRequests().size();
      for (int x = 0; x < lengths[index].length; x++) {
        law[x] += share * lengths[index][x];
        rewarded[x] += share * lengths[index][x] * 2 * requests;
      }
    }
    int least = 0;
    while (least < longest && law[least] == 0) {
      least++;
    }
    var mean = new double[cells];
    var square = new double[cells];
    for (int t = 0; t < cells; t++) {
      double m = ownMean[t];
      double s = ownSquare[t];
      for (int x = Math.max(1, least); x <= t && x < longest; x++) {
        m += law[x] * mean[t - x];
        s += rewarded[x] * mean[t - x] + law[x] * square[t - x];
      }
      // An iteration may take no time at all; what follows it is then due at this instant too.
      mean[t] = m / (1 - law[0]);
      square[t] = (s + rewarded[0] * mean[t]) / (1 - law[0]);
    }
    var variance = new double[cells];
    for (int t = 0; t < cells; t++) {
      variance[t] = Math.max(0, square[t] - mean[t] * mean[t]);
    }
    return new RenewalRequestCount(cell, mean, variance);
  }

  private static double meanLength(TaskTimes task) {
    return task.afterLast().mean()
        + task.beforeRequests().stream().mapToDouble(Wait::mean).sum();
  }

  @Override
  public double mean(long nanos) {
    return at(mean, nanos);
  }

  @Override
  public double variance(long nanos) {
    return at(variance, nanos);
  }

  private double at(double[] table, long nanos) {
    double place = nanos / cellNanos;
    int last = table.length - 1;
    if (place >= last) {
      int half = last / 2;
      double slope = (table[last] - table[last - half]) / half;
      return table[last] + (place - last) * slope;
    }
    int cell = (int) place;
    return table[cell] + (place - cell) * (table[cell + 1] - table[cell]);
  }
}
