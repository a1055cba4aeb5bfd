package dev.muster.plan;

/**
 * Laws of times on a grid: element <i>k</i> is the probability of <i>k</i> cells. A time between two
 * cells is split between them so that its mean stays what it was.
 */
final class GridLaw {

  private GridLaw() {}

  /** The law of one certain time, in cells. */
  static double[] at(double cells) {
    return uniform(cells, cells);
  }

  /** The law of {@code law} plus the times of {@code wait}. */
  static double[] plus(double[] law, RequestCount.Wait wait, double cellNanos) {
    double[] sum = law;
    for (var part : wait.parts()) {
      sum = convolved(sum, uniform(part.atLeast() / cellNanos, part.atMost() / cellNanos));
    }
    return sum;
  }

  /** The law of {@code law}, where what is shorter than {@code cells} takes that long. */
  static double[] atLeast(double[] law, double cells) {
    int first = (int) Math.ceil(cells);
    var floor = at(cells);
    var result = new double[Math.max(law.length, floor.length)];
    for (int k = 0; k < law.length; k++) {
      if (k >= first) {
        result[k] += law[k];
      } else {
        for (int j = 0; j < floor.length; j++) {
          result[j] += law[k] * floor[j];
        }
      }
    }
    return result;
  }

  private static double[] uniform(double from, double to) {
    var law = new double[(int) Math.ceil(to) + 2];
    for (int k = 0; k < law.length; k++) {
      law[k] = twiceIntegrated(k + 1, from, to) - 2 * twiceIntegrated(k, from, to)
          + twiceIntegrated(k - 1, from, to);
    }
    return law;
  }

  /** The density's second integral; its second difference is the mass that a cell's hat collects. */
  private static double twiceIntegrated(double y, double from, double to) {
    if (y <= from) {
      return 0;
    }
    if (y >= to) {
      return y - (from + to) / 2;
    }
    return (y - from) * (y - from) / (2 * (to - from));
  }

  private static double[] convolved(double[] a, double[] b) {
    var sum = new double[a.length + b.length - 1];
    for (int i = 0; i < a.length; i++) {
      if (a[i] == 0) {
        continue;
      }
      for (int j = 0; j < b.length; j++) {
        sum[i + j] += a[i] * b[j];
      }
    }
    return sum;
  }
}
