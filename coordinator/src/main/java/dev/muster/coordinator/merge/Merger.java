package dev.muster.coordinator.merge;

import dev.muster.v1.Failure;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds the snapshots of a run's workers, tick by tick. A tick is final when each worker has delivered
 * it, has handed in its last one before, or is counted on no more. What it keeps is bounded by the
 * number of workers and of the ticks that it holds open. For one thread.
 */
public final class Merger {

  private static final class Sums {

    private final Set<String> delivered = new HashSet<>();
    private final Map<SeriesKey, SeriesSum> series = new HashMap<>();
    private final Map<MergedTick.FailureKey, Long> failures = new LinkedHashMap<>();
    private final TimeCounts connectTime = new TimeCounts();
    private final TimeCounts tlsTime = new TimeCounts();
    private final TimeCounts timeToFirstByte = new TimeCounts();
    private int users;
    private long sent;
    private long dropped;
    private long inFlight;

    void add(CheckedSnapshot.Part part) {
      SeriesSum sum = series.computeIfAbsent(part.key(), _ -> new SeriesSum());
      sum.bodyBytes += part.bodyBytes();
      sum.responseTime.add(part.responseTime());
      sum.serviceTime.add(part.serviceTime());
      sum.scheduleLag.add(part.scheduleLag());
    }

    void add(CheckedSnapshot.Phases phases) {
      connectTime.add(phases.connectTime());
      tlsTime.add(phases.tlsTime());
      timeToFirstByte.add(phases.timeToFirstByte());
    }

    PhaseTimes phases() {
      return new PhaseTimes(
          connectTime.histogram(), tlsTime.histogram(), timeToFirstByte.histogram());
    }

    SortedMap<SeriesKey, SeriesTimes> times() {
      var times = new TreeMap<SeriesKey, SeriesTimes>();
      series.forEach(
          (key, sum) -> times.put(
              key,
              new SeriesTimes(
                  sum.bodyBytes, sum.responseTime.histogram(), sum.serviceTime.histogram(),
                  sum.scheduleLag.histogram())));
      return times;
    }
  }

  private static final class SeriesSum {

    private final TimeCounts responseTime = new TimeCounts();
    private final TimeCounts serviceTime = new TimeCounts();
    private final TimeCounts scheduleLag = new TimeCounts();
    private long bodyBytes;
  }

  /** A worker's last snapshot, of which no more is needed later. */
  private record HandedIn(long tick, long inFlight) {}

  private final Set<String> workers;
  private final int mostOpen;
  private final Map<Long, Sums> open = new HashMap<>();
  private final Map<String, HandedIn> handedIn = new HashMap<>();
  private final Map<String, Long> firstTicks = new HashMap<>();
  private final Set<String> lost = new HashSet<>();
  private @Nullable String awaited;
  private long next;
  private long highest = -1;

  /** A merger of what {@code workers} measure, which waits for each of them as long as it takes. */
  public Merger(Collection<String> workers) {
    this(workers, Integer.MAX_VALUE);
  }

  /**
   * A merger of what {@code workers} measure, which waits for them only while it holds no more than
   * {@code mostOpen} ticks open. When there are more, the oldest becomes final without those who have
   * not delivered it.
   */
  public Merger(Collection<String> workers, int mostOpen) {
    this.workers = new LinkedHashSet<>(workers);
    this.mostOpen = mostOpen;
  }

  /**
   * Adds a worker's snapshot, which must not have been added before. What one of a tick that is final
   * already measured, from a worker that was not waited for, is ignored.
   */
  public void add(String worker, CheckedSnapshot snapshot) {
    var message = snapshot.message();
    long tick = message.getTick();
    if (message.getSequence() == 1) {
      firstTicks.put(worker, tick);
    }
    if (message.getLast()) {
      handedIn.put(worker, new HandedIn(tick, message.getInFlight()));
    }
    if (tick < next) {
      return;
    }
    highest = Math.max(highest, tick);
    Sums sums = open.computeIfAbsent(tick, _ -> new Sums());
    sums.delivered.add(worker);
    sums.users += message.getUsers();
    sums.sent += message.getSent();
    sums.dropped += message.getDropped();
    sums.inFlight += message.getInFlight();
    snapshot.parts().forEach(sums::add);
    sums.add(snapshot.phases());
    for (Failure failure : message.getFailuresList()) {
      sums.failures.merge(
          new MergedTick.FailureKey(failure.getMethod(), failure.getName(), failure.getKind()),
          failure.getCount(), Long::sum);
    }
  }

  /** Waits for another worker too, which delivers {@code tick} first, or one after it. */
  public void letIn(String worker, long tick) {
    workers.add(worker);
    firstTicks.put(worker, tick);
  }

  /** The tick with which a worker began, as far as is known. */
  public long firstTick(String worker) {
    return firstTicks.getOrDefault(worker, 0L);
  }

  /** Counts on {@code worker} no longer; what it has delivered stays. */
  public void giveUp(String worker) {
    lost.add(worker);
  }

  /** Counts again on {@code worker}, for the ticks that are not final. */
  public void countOnAgain(String worker) {
    lost.remove(worker);
  }

  /** How many ticks it holds of which something was delivered and which are not final. */
  public int openTicks() {
    return open.size();
  }

  /** The next tick, if it is final. */
  public Optional<MergedTick> nextFinal() {
    if (next > highest) {
      return Optional.empty();
    }
    Sums sums = open.getOrDefault(next, new Sums());
    if (isAwaited(sums) && open.size() <= mostOpen) {
      return Optional.empty();
    }
    long inFlight = sums.inFlight;
    for (String worker : workers) {
      HandedIn last = handedIn.get(worker);
      if (last != null && last.tick() < next) {
        inFlight += last.inFlight();
      }
    }
    open.remove(next);
    return Optional.of(
        new MergedTick(
            next++, sums.users, sums.sent, sums.dropped, inFlight, sums.times(),
            Map.copyOf(sums.failures), sums.phases()));
  }

  /**
   * Whether somebody has yet to deliver the next tick. Asked after each snapshot, so it remembers one
   * who has not, and looks through all workers only when that one has.
   */
  private boolean isAwaited(Sums sums) {
    if (awaited == null || !isAwaited(awaited, sums)) {
      awaited = null;
      for (String worker : workers) {
        if (isAwaited(worker, sums)) {
          awaited = worker;
          break;
        }
      }
    }
    return awaited != null;
  }

  private boolean isAwaited(String worker, Sums sums) {
    if (lost.contains(worker) || sums.delivered.contains(worker)
        || next < firstTick(worker)) {
      return false;
    }
    HandedIn last = handedIn.get(worker);
    return last == null || last.tick() >= next;
  }
}
