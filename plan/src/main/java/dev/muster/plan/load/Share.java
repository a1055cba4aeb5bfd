package dev.muster.plan.load;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The lanes that one worker owns. The shares of a run have no lane in common and miss none.
 *
 * @param ranges without a lane in common
 */
public record Share(List<Range> ranges) {

  public Share {
    ranges = List.copyOf(ranges);
  }

  /**
   * The lanes {@code first}, {@code first + stride}, {@code first + 2 stride}, … below {@code end}.
   *
   * @param first not negative
   * @param end exclusive
   * @param stride at least 1
   */
  public record Range(int first, int end, int stride) {

    public Range {
      if (first < 0 || stride < 1) {
        throw new IllegalArgumentException("lanes from " + first + " by " + stride);
      }
    }
  }

  /**
   * The share of worker {@code index} of {@code workers}: every {@code workers}-th lane. No
   * remainder exists that could be rounded wrongly, and every ramp is as smooth on one worker as on
   * all.
   */
  public static Share of(int index, int workers, int lanes) {
    if (index < 0 || index >= workers) {
      throw new IllegalArgumentException("worker " + index + " of " + workers);
    }
    return new Share(List.of(new Range(index, lanes, workers)));
  }

  /**
   * Exactly these lanes, in as few ranges as are found by going through them once.
   *
   * @param ascending each once
   */
  public static Share ofLanes(int[] ascending) {
    var ranges = new ArrayList<Range>();
    int from = 0;
    while (from < ascending.length) {
      int stride = from + 1 < ascending.length ? ascending[from + 1] - ascending[from] : 1;
      int last = from;
      while (last + 1 < ascending.length && ascending[last + 1] - ascending[last] == stride) {
        last++;
      }
      ranges.add(new Range(ascending[from], ascending[last] + 1, stride));
      from = last + 1;
    }
    return new Share(ranges);
  }

  /** The lanes, range after range. */
  public IntStream lanes() {
    return ranges.stream()
        .flatMapToInt(
            range -> IntStream.iterate(
                range.first(), lane -> lane < range.end(), lane -> lane + range.stride()));
  }

  /** How many lanes. */
  public int size() {
    return Math.toIntExact(lanes().count());
  }
}
