package dev.muster.plan.load;

import java.util.Arrays;

/** Arrivals at equal distances: in each round over all lanes, every lane has one. */
final class RegularTimes implements ArrivalTimes {

  private final Rate rate;
  private final long arrivals;
  private final int[] lanes;
  private long taken;
  private long nanos;

  /**
   * @param arrivals of the whole run
   * @param lanes ascending
   * @param firstNumber that of the first arrival in all lanes that is not over; those before it are
   */
  RegularTimes(Rate rate, long arrivals, int[] lanes, long firstNumber) {
    this.rate = rate;
    this.arrivals = arrivals;
    this.lanes = lanes;
    long rounds = firstNumber / ArrivalProfile.LANES;
    int place = Arrays.binarySearch(lanes, (int) (firstNumber % ArrivalProfile.LANES));
    this.taken = rounds * lanes.length + (place < 0 ? -place - 1 : place);
    find();
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public int lane() {
    return lanes[(int) (taken % lanes.length)];
  }

  @Override
  public long index() {
    return taken / lanes.length;
  }

  @Override
  public void next() {
    if (nanos < Long.MAX_VALUE) {
      taken++;
      find();
    }
  }

  private void find() {
    nanos = lanes.length == 0 || number() >= arrivals ? Long.MAX_VALUE : rate.nanosUntil(number());
  }
}
