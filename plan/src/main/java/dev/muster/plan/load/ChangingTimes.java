package dev.muster.plan.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The arrivals of lanes that come and go. Each handover brings arrivals of its own beside those that were
 * there, from its instant on; a lane that goes is passed over from its instant on. So nothing that came
 * before has to be drawn again, and a change costs those who arrive one comparison. For one thread.
 */
public final class ChangingTimes implements ArrivalTimes {

  private static final class Part {

    private final ArrivalTimes times;

    /** From when on lanes of this part are somebody else's. */
    private final Map<Integer, Long> goneFrom = new HashMap<>();

    Part(ArrivalTimes times) {
      this.times = times;
    }

    void next() {
      times.next();
      passOver();
    }

    void passOver() {
      while (times.nanos() < Long.MAX_VALUE && !goneFrom.isEmpty()
          && goneFrom.getOrDefault(times.lane(), Long.MAX_VALUE) <= times.nanos()) {
        times.next();
      }
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private Part first;

  /** The arrivals of {@code times}, which is this object's from now on. */
  public ChangingTimes(ArrivalTimes times) {
    first = new Part(times);
    parts.add(first);
  }

  /** Has the arrivals of other lanes come too. {@code times} is this object's from now on. */
  public void add(ArrivalTimes times) {
    parts.removeIf(part -> part != first && part.times.nanos() == Long.MAX_VALUE);
    parts.add(new Part(times));
    find();
  }

  /** Has the arrivals of a lane come no more that are due at {@code fromNanos} or later. */
  public void end(int lane, long fromNanos) {
    for (Part part : parts) {
      part.goneFrom.merge(lane, fromNanos, Math::min);
      part.passOver();
    }
    find();
  }

  private void find() {
    for (Part part : parts) {
      if (isBefore(part.times, first.times)) {
        first = part;
      }
    }
  }

  private static boolean isBefore(ArrivalTimes one, ArrivalTimes other) {
    return one.nanos() != other.nanos()
        ? one.nanos() < other.nanos()
        : one.nanos() < Long.MAX_VALUE && one.number() < other.number();
  }

  @Override
  public long nanos() {
    return first.times.nanos();
  }

  @Override
  public int lane() {
    return first.times.lane();
  }

  @Override
  public long index() {
    return first.times.index();
  }

  @Override
  public void next() {
    first.next();
    find();
  }
}
