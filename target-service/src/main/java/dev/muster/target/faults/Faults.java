package dev.muster.target.faults;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How a service misbehaves. A request that has arrived whole goes through all of it in this order:
 *
 * <pre>
 *   waits for one of {@code capacity} servers ─► is served for {@code delay} ─► is answered ─► held
 *   while frozen ─► perhaps fails, or is closed early, or garbled, or slowed ─► the server is free
 * </pre>
 *
 * @param delay how long each request is served, beside the time that its answer takes to be found
 * @param fail the share of requests answered with a 500, 0 … 1
 * @param freeze when no answer leaves
 * @param closeEarly the share of answers of which only a part is sent before the connection is closed,
 *     0 … 1
 * @param garbage the share of answers replaced by bytes that are not HTTP, 0 … 1; then it is closed.
 *     The three shares are of all answers and together at most 1
 * @param slowBody how long each body that is sent whole takes, bit by bit; positive
 * @param capacity how many requests are served at once, the others waiting in the order of their
 *     arrival; 0 for any number
 */
public record Faults(
    Optional<Delay> delay,
    double fail,
    Optional<Freeze> freeze,
    double closeEarly,
    double garbage,
    Optional<Duration> slowBody,
    int capacity) {

  /** None at all. */
  public static final Faults NONE = new Faults(Optional.empty(), 0, Optional.empty(), 0, 0,
      Optional.empty(), 0);

  // Three shares that add up to the whole as decimals may be a little more as binary numbers.
  private static final double ROUNDING = 1e-9;

  public Faults {
    checkShare("fail", fail);
    checkShare("closeEarly", closeEarly);
    checkShare("garbage", garbage);
    if (fail + closeEarly + garbage > 1 + ROUNDING) {
      throw new IllegalArgumentException("fail, closeEarly and garbage are more than 1 together");
    }
    if (slowBody.isPresent() && !slowBody.get().isPositive()) {
      throw new IllegalArgumentException("slowBody must be positive (was " + slowBody.get() + ")");
    }
    if (capacity < 0) {
      throw new IllegalArgumentException("capacity must not be negative (was " + capacity + ")");
    }
  }

  /**
   * A time drawn uniformly from {@code mean - spread … mean + spread}.
   *
   * @param mean positive
   * @param spread 0 … {@code mean}
   */
  public record Delay(Duration mean, Duration spread) {
    public Delay {
      if (!mean.isPositive() || spread.isNegative() || spread.compareTo(mean) > 0) {
        throw new IllegalArgumentException(
            "a delay must be positive, and no more its spread (was " + mean + "±" + spread + ")");
      }
    }

    /** The time that belongs to {@code draw}, 0 … 1, in nanoseconds. */
    public long nanos(double draw) {
      return mean.toNanos() + Math.round((2 * draw - 1) * spread.toNanos());
    }
  }

  /**
   * The service holds all its answers for the first {@code length} of every {@code period}.
   *
   * @param length positive
   * @param period longer than {@code length}
   */
  public record Freeze(Duration length, Duration period) {
    public Freeze {
      if (!length.isPositive() || period.compareTo(length) <= 0) {
        throw new IllegalArgumentException(
            "a freeze must be shorter than its period (was " + length + "/" + period + ")");
      }
    }

    /**
     * When an answer leaves that is ready at {@code nanos}, both since the start of the service; not
     * negative.
     */
    public long leaves(long nanos) {
      long phase = nanos % period.toNanos();
      return phase < length.toNanos() ? nanos - phase + length.toNanos() : nanos;
    }
  }

  /**
   * The faults with these settings, as the command line and the admin address take them:
   * {@code delay} (27ms, 27ms±5ms, 22ms..32ms), {@code fail} (1%), {@code freeze} (1s/5s),
   * {@code close-early} (100%), {@code garbage} (100%), {@code slow-body} (1s), {@code capacity} (4).
   * What is not set, or is nothing of its kind such as 0%, is off. An empty {@code close-early} or
   * {@code garbage} is 100%, an empty {@code slow-body} 1s.
   *
   * @throws FaultSyntaxException for an unknown setting or one that cannot be read
   */
  public static Faults of(Map<String, String> settings) {
    return FaultSettings.read(settings);
  }

  /** The settings that give these faults, without those that are off. */
  public SequencedMap<String, String> settings() {
    return FaultSettings.of(this);
  }

  /** What becomes of the answer that drew this, 0 … 1. */
  public Fate fate(double draw) {
    if (draw < fail) {
      return Fate.FAILED;
    }
    if (draw < fail + closeEarly) {
      return Fate.CLOSED_EARLY;
    }
    return draw < fail + closeEarly + garbage ? Fate.GARBLED : Fate.SENT;
  }

  private static void checkShare(String name, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(name + " must be 0 … 1 (was " + share + ")");
    }
  }
}
