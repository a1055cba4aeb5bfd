package dev.muster.plan.load;

/**
 * Arrivals at random: each lane draws the time to its next arrival, and a binary heap tells which lane
 * is first (Knuth, The Art of Computer Programming 3, 5.2.3). Instants are whole nanoseconds, each
 * rounded from the one before it in its lane, so they are the same whichever lanes stand beside it.
 */
final class PoissonTimes implements ArrivalTimes {

  /** Far beyond any load, and far from where a sum would turn negative. */
  private static final double LONGEST_GAP_NANOS = 1L << 62;

  private final double meanGapNanos;
  private final long endNanos;
  private final int[] lanes;

  // By place in lanes.
  private final LaneRandom[] randoms;
  private final long[] dueNanos;
  private final long[] indices;

  /** Places, the one due first at the top; those at their end have left it. */
  private final int[] heap;
  private int size;

  /**
   * @param rate of all lanes of the run
   * @param lanes ascending
   * @param fromNanos no arrival before it comes
   */
  PoissonTimes(Rate rate, long seed, long endNanos, int[] lanes, long fromNanos) {
    this.meanGapNanos = (double) rate.perNanos() / rate.count() * ArrivalProfile.LANES;
    this.endNanos = endNanos;
    this.lanes = lanes;
    this.randoms = new LaneRandom[lanes.length];
    this.dueNanos = new long[lanes.length];
    this.indices = new long[lanes.length];
    this.heap = new int[lanes.length];
    for (int place = 0; place < lanes.length; place++) {
      randoms[place] = new LaneRandom(seed, lanes[place]);
      dueNanos[place] = gapNanos(place);
      while (dueNanos[place] < Math.min(fromNanos, endNanos)) {
        dueNanos[place] += gapNanos(place);
        indices[place]++;
      }
      if (dueNanos[place] < endNanos) {
        heap[size++] = place;
      }
    }
    for (int node = size / 2 - 1; node >= 0; node--) {
      sink(node);
    }
  }

  @Override
  public long nanos() {
    return size == 0 ? Long.MAX_VALUE : dueNanos[heap[0]];
  }

  @Override
  public int lane() {
    return lanes[heap[0]];
  }

  @Override
  public long index() {
    return indices[heap[0]];
  }

  @Override
  public void next() {
    if (size == 0) {
      return;
    }
    int place = heap[0];
    dueNanos[place] += gapNanos(place);
    indices[place]++;
    if (dueNanos[place] >= endNanos) {
      heap[0] = heap[--size];
    }
    sink(0);
  }

  private long gapNanos(int place) {
    return Math.round(Math.min(randoms[place].exponential() * meanGapNanos, LONGEST_GAP_NANOS));
  }

  /** Lets the place at {@code node} sink to where none below it is due before it. */
  private void sink(int node) {
    int place = heap[node];
    int hole = node;
    for (int child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (!isBefore(heap[child], place)) {
        break;
      }
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = place;
  }

  /** Two of one instant are told apart by their numbers. */
  private boolean isBefore(int place, int other) {
    if (dueNanos[place] != dueNanos[other]) {
      return dueNanos[place] < dueNanos[other];
    }
    return indices[place] != indices[other] ? indices[place] < indices[other] : place < other;
  }
}
