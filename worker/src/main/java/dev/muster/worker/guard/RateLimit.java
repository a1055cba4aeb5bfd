package dev.muster.worker.guard;

import dev.muster.plan.load.Rate;
import dev.muster.worker.engine.Pace;
import java.math.BigInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Gives out the instants at which requests may leave, so that no second has more of them than it was
 * made for, wherever that second begins. One for all event loops of a worker: what one does not use
 * is there for the others. For any thread.
 *
 * <p>Instants lie I apart, and each may be used up to B later, as event loops wake only so often. Of k
 * requests in a second the instants of the first and the last then lie less than 1 s + B apart, and at
 * least (k − 1) I; with I = (1 s + B) / N this is k − 1 &lt; N. The price of the strict bound is that a
 * load that goes on gets N / (1 + B / 1 s): half a percent less.
 */
public final class RateLimit implements Pace {

  private static final long SECOND_NANOS = 1_000_000_000;

  /** B: a few wake-ups of an event loop. */
  static final long BURST_NANOS = 5_000_000;

  /** Below zero lie instants too, and this is before all of them. */
  private static final long NEVER = Long.MIN_VALUE;

  private final long intervalNanos;
  private final AtomicLong next = new AtomicLong(NEVER);
  private final LongAdder heldBack = new LongAdder();

  /** No more than {@code most} in the time that it names; that time counts in seconds. */
  public RateLimit(Rate most) {
    // Rounded up, so that the bound holds.
    this.intervalNanos = intervalNanos(most);
  }

  private static long intervalNanos(Rate most) {
    var nanos = BigInteger.valueOf(most.perNanos())
        .multiply(BigInteger.valueOf(SECOND_NANOS + BURST_NANOS));
    var divisor = BigInteger.valueOf(most.count()).multiply(BigInteger.valueOf(SECOND_NANOS));
    BigInteger[] parts = nanos.divideAndRemainder(divisor);
    return parts[0].longValueExact() + (parts[1].signum() > 0 ? 1 : 0);
  }

  @Override
  public long reserve(long nowNanos) {
    while (true) {
      long known = next.get();
      long earliest = nowNanos - BURST_NANOS;
      // Compared by their difference, as such instants are.
      long taken = known == NEVER || known - earliest < 0 ? earliest : known;
      if (next.compareAndSet(known, taken + intervalNanos)) {
        return taken;
      }
    }
  }

  @Override
  public boolean holds(long reservedNanos, long nowNanos) {
    return nowNanos - reservedNanos <= BURST_NANOS;
  }

  @Override
  public void heldBack() {
    heldBack.increment();
  }

  /** How many requests have waited for their instant, or have waited for it in vain. */
  public long countHeldBack() {
    return heldBack.sum();
  }
}
