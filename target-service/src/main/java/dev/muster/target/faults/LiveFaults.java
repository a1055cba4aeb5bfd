package dev.muster.target.faults;

import static java.util.Objects.requireNonNull;

import dev.muster.target.api.Counts;
import dev.muster.target.api.Tally;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The faults of a running service: they may be changed at any moment, by any thread, and are counted.
 * Once all is quiet, as many requests were received as were answered, closed early, garbled or
 * abandoned.
 */
public final class LiveFaults implements Tally {
  private final long startNanos;
  private final Servers<Turn> servers;
  private volatile Faults now;
  private volatile Map<FaultCount, LongAdder> counts = zeros();

  /** A request that wants one of the servers. */
  public interface Turn {
    /**
     * It is served from this instant on, in {@link System#nanoTime()}; that may lie in the past. Called
     * by any thread; whoever implements it goes on in a thread of its own.
     */
    void begin(long nanos);
  }

  /** A service that begins now, with these. */
  public LiveFaults(Faults first) {
    this.now = first;
    this.servers = new Servers<>(first.capacity());
    this.startNanos = System.nanoTime();
  }

  /** What holds now. */
  public Faults faults() {
    return now;
  }

  /**
   * What holds from the next request on. Of those that are here already, the ones that wait for a
   * server wait for as many servers as there are now, and then take the rest as it is then.
   */
  public void change(Faults next) {
    List<Servers.Begun<Turn>> begun;
    synchronized (servers) {
      now = next;
      begun = servers.resize(next.capacity(), System.nanoTime());
    }
    begun.forEach(turn -> turn.request().begin(turn.nanos()));
  }

  /** Waits for a server, at once or in the queue; counts it if in the queue. */
  public void enter(Turn turn) {
    long nanos = System.nanoTime();
    boolean free;
    synchronized (servers) {
      free = servers.enter(turn, nanos);
    }
    if (free) {
      turn.begin(nanos);
    } else {
      count(FaultCount.QUEUED);
    }
  }

  /** Gives a server free at this instant, in {@link System#nanoTime()}. */
  public void leave(long nanos) {
    List<Servers.Begun<Turn>> begun;
    synchronized (servers) {
      begun = servers.leave(nanos);
    }
    begun.forEach(turn -> turn.request().begin(turn.nanos()));
  }

  /** Takes a request out of the queue, if it is there. */
  public void remove(Turn turn) {
    synchronized (servers) {
      servers.remove(turn);
    }
  }

  /**
   * The instant at which an answer may leave that is ready at {@code nanos}, both in
   * {@link System#nanoTime()}: the same one if nothing is frozen then.
   */
  public long leaves(Faults.Freeze freeze, long nanos) {
    return startNanos + freeze.leaves(nanos - startNanos);
  }

  /** Counts one, which may be taken back. */
  public Counts.Counted count(FaultCount what) {
    // The adder is kept for taking back, so that a reset in between cannot make a count negative.
    var adder = adderOf(what, counts);
    adder.increment();
    return adder::decrement;
  }

  @Override
  public String name() {
    return "faults";
  }

  @Override
  public SequencedMap<String, Long> now() {
    var adders = counts;
    var sums = new LinkedHashMap<String, Long>();
    for (FaultCount what : FaultCount.values()) {
      sums.put(what.word(), adderOf(what, adders).sum());
    }
    return sums;
  }

  @Override
  public void reset() {
    counts = zeros();
  }

  private static LongAdder adderOf(FaultCount what, Map<FaultCount, LongAdder> counts) {
    return requireNonNull(counts.get(what));
  }

  private static Map<FaultCount, LongAdder> zeros() {
    var zeros = new EnumMap<FaultCount, LongAdder>(FaultCount.class);
    for (FaultCount what : FaultCount.values()) {
      zeros.put(what, new LongAdder());
    }
    return Map.copyOf(zeros);
  }
}
