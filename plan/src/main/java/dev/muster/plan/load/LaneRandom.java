package dev.muster.plan.load;

/**
 * A random stream: that of a lane, or that of one iteration in a lane, be it a user's or an arrival's. It
 * depends on the seed of the plan and on these numbers alone, so a lane makes the same choices whoever
 * runs it, and an iteration whatever those before it did. For one thread at a time.
 *
 * <p>SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014):
 * eight bytes of state, so that a hundred thousand users cost less than a megabyte.
 */
public final class LaneRandom {

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  /** The stream of lane {@code lane} in a plan with seed {@code seed}, at its beginning. */
  public LaneRandom(long seed, int lane) {
    state = ofLane(seed, lane);
  }

  /** Becomes the stream of iteration {@code index} of a lane, at its beginning. */
  public void restart(long seed, int lane, long index) {
    // The complement, lest the lane's own draws be where the streams of its iterations begin.
    state = mix(~ofLane(seed, lane) + (index + 1) * GOLDEN_GAMMA);
  }

  /** Where the stream stands; any number is a place in some stream. */
  public long state() {
    return state;
  }

  /** Goes on where a stream stood whose {@link #state} this was. */
  public void resume(long ofState) {
    state = ofState;
  }

  private static long ofLane(long seed, int lane) {
    // Mixed twice, so that neighbouring seeds and neighbouring lanes share no stretch of a stream.
    return mix(mix(seed) + (lane + 1) * GOLDEN_GAMMA);
  }

  /** The next 64 random bits. */
  public long next() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /**
   * The next integer from {@code from} to {@code to}, uniform, both included. Takes one value of the
   * stream; ranges below 2<sup>32</sup> are uniform to within 2<sup>−32</sup>.
   */
  public long between(long from, long to) {
    if (from > to) {
      throw new IllegalArgumentException(from + " is above " + to);
    }
    long size = to - from + 1;
    // size 0 stands for all 2^64 values.
    return size == 0 ? next() : from + Math.unsignedMultiplyHigh(next(), size);
  }

  /**
   * The next draw of the exponential law with mean 1: −ln of a uniform number above 0, up to 1. Takes
   * one value of the stream, and is the same to the last bit on every machine.
   */
  public double exponential() {
    return -StrictMath.log(((next() >>> 11) + 1) * 0x1p-53);
  }

  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
