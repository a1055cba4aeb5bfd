package dev.muster.plan.load;

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
   */
  RegularTimes(Rate rate, long arrivals, int[] lanes) {
    this.rate = rate;
    this.arrivals = arrivals;
    this.lanes = lanes;
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
