package dev.muster.worker.engine;

/** The newest iterations that the users of some lanes have begun. Does not change. */
public final class Iterations {

  /** Of no user. */
  public static final Iterations NONE = new Iterations(new int[0], new long[0]);

  private final int[] lanes;
  private final long[] newest;

  /** Both of one length, and this object's from now on. */
  Iterations(int[] lanes, long[] newest) {
    this.lanes = lanes;
    this.newest = newest;
  }

  /** Of how many users. */
  public int size() {
    return lanes.length;
  }

  /** The lane of the user at {@code place}, from 0 to one below {@link #size}. */
  public int lane(int place) {
    return lanes[place];
  }

  /** The iteration that this user began last, counted from 0. */
  public long newest(int place) {
    return newest[place];
  }
}
