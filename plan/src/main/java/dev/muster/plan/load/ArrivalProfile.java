package dev.muster.plan.load;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who arrives when, in the open model. Arrivals come in lanes, as many for any number of workers, and
 * arrival {@code index} of a lane has the number {@code lane + index * LANES}. So who owns which lane
 * changes nothing in what comes:
 *
 * <pre>
 *   regular   arrival k of the run is due at k/rate and belongs to lane k mod LANES
 *   poisson   each lane is a Poisson process of rate/LANES, from a random stream of its own;
 *             independent ones add up to a Poisson process of the whole rate
 *             (Kingman, Poisson Processes, 1993, 2.2)
 * </pre>
 *
 * @param rate of all lanes together
 * @param arrivals how they are spread over time
 * @param maxUsers how many may run at once, or null for no limit
 */
public record ArrivalProfile(
    Rate rate,
    Load.Arrivals arrivals,
    @Nullable Integer maxUsers,
    long durationNanos) implements LoadProfile {

  /**
   * The lanes of every run. So many that hundreds of event loops have nearly equal parts of the load,
   * and so few that each can keep the next arrival of its own in a small heap.
   */
  public static final int LANES = 4_096;

  /** −ln 10<sup>−12</sup>. */
  private static final double RARE = 12 * Math.log(10);

  @Override
  public int lanes() {
    return LANES;
  }

  /**
   * The arrivals of some lanes.
   *
   * @param seed of the plan
   * @param lanes any of them, each once
   */
  public ArrivalTimes times(long seed, int[] lanes) {
    return times(seed, lanes, 0);
  }

  /**
   * The arrivals of some lanes that are due at an instant or later. Where they are random, all those
   * before it are drawn once more to find them.
   *
   * @param fromNanos since the start instant, not negative
   */
  public ArrivalTimes times(long seed, int[] lanes, long fromNanos) {
    int[] ascending = lanes.clone();
    Arrays.sort(ascending);
    return switch (arrivals) {
      case REGULAR -> new RegularTimes(
          rate, regularBefore(durationNanos), ascending, regularBefore(fromNanos));
      case POISSON -> new PoissonTimes(rate, seed, durationNanos, ascending, fromNanos);
    };
  }

  /**
   * How many users of some lanes may run at once: place <i>j</i> of {@code maxUsers} belongs to lane
   * <i>j</i> mod LANES, so the places of all workers add up to it. {@link Integer#MAX_VALUE} for no
   * limit.
   */
  public int places(int[] lanes) {
    if (maxUsers == null) {
      return Integer.MAX_VALUE;
    }
    int most = maxUsers;
    return Math.toIntExact(
        Arrays.stream(lanes).mapToLong(lane -> everyNth(lane, LANES, most)).sum());
  }

  /** How many there are of {@code first}, {@code first + step}, {@code first + 2 step}, … below {@code end}. */
  public static long everyNth(int first, int step, long end) {
    return end > first ? (end - first - 1) / step + 1 : 0;
  }

  /** The mean number of arrivals that are due before an instant, since the start instant. */
  public double meanBefore(long nanos) {
    return (double) nanos * rate.count() / rate.perNanos();
  }

  /**
   * At least as many arrivals as are due before an instant in the lanes of {@code share}. Exact when they
   * are regular. A Poisson count N with mean m exceeds m + x with a probability of at most exp(−x²/(2m +
   * 2x/3)) (Bernstein's inequality), so one in 10<sup>12</sup> exceeds what is told.
   */
  public long mostBefore(long nanos, Share share) {
    return switch (arrivals) {
      case REGULAR -> {
        long all = regularBefore(nanos);
        yield share.lanes().mapToLong(lane -> everyNth(lane, LANES, all)).sum();
      }
      case POISSON -> {
        double mean = meanBefore(nanos) * share.size() / LANES;
        yield (long) Math.ceil(
            mean + RARE / 3 + Math.sqrt(RARE * RARE / 9 + 2 * RARE * mean));
      }
    };
  }

  /**
   * How many arrivals are due before an instant when they are regular: the least k with
   * ⌊k/rate⌋ ≥ nanos, as instants are whole.
   *
   * @param nanos since the start instant, not negative
   */
  public long regularBefore(long nanos) {
    return rate.countBefore(nanos);
  }
}
