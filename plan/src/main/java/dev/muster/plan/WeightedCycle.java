package dev.muster.plan;

/** Spreads indices over a cycle in proportion to their weights. */
final class WeightedCycle {

  private WeightedCycle() {}

  /**
   * The smooth weighted round robin: at each place every index gains its weight, and the richest is
   * taken and pays the sum. Weights 5 and 1 give 0 0 0 1 0 0: each index exactly as often as its
   * weight (divided by the common divisor), never bunched. The method is that of nginx's
   * ngx_http_upstream_round_robin.c.
   *
   * @param weights each at least 1
   */
  static int[] of(int[] weights) {
    int divisor = 0;
    for (int weight : weights) {
      divisor = greatestCommonDivisor(weight, divisor);
    }
    int sum = 0;
    for (int weight : weights) {
      sum = Math.addExact(sum, weight / divisor);
    }
    var cycle = new int[sum];
    var credit = new int[weights.length];
    for (int place = 0; place < sum; place++) {
      int richest = 0;
      for (int index = 0; index < weights.length; index++) {
        credit[index] += weights[index] / divisor;
        if (credit[index] > credit[richest]) {
          richest = index;
        }
      }
      credit[richest] -= sum;
      cycle[place] = richest;
    }
    return cycle;
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }
}
