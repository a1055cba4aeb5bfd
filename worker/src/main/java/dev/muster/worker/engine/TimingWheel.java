package dev.muster.worker.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Timers by the instant at which they are due: adding, cancelling and firing cost the same for ten
 * and for a hundred thousand. Instants are nanoseconds on one scale that never goes back. For one
 * thread.
 *
 * <p>Slots of about a millisecond form a ring of about 8.6 s; a timer due later waits in its slot for
 * the rounds that it has left. A bitmap of the slots in use finds the next one without walking
 * empty slots. (Varghese and Lauck, Hashed and Hierarchical Timing Wheels, SOSP 1987, scheme 6.)
 */
final class TimingWheel<T> {

  private static final int SLOT_BITS = 20;
  private static final int SLOTS = 8_192;

  /** Something to be fired once; may be added again after it fired or was cancelled. */
  static final class Timer<T> {

    private final T owner;
    private long due;
    private int slot = -1;
    private @Nullable Timer<T> previous;
    private @Nullable Timer<T> next;

    Timer(T owner) {
      this.owner = owner;
    }

    /** Whether it is to fire. */
    boolean isInWheel() {
      return slot >= 0;
    }
  }

  /** Beyond the ring: those whose firing has begun, in order. */
  private static final int FIRING = SLOTS;

  private final @Nullable Timer<T>[] first = newArray();
  private final @Nullable Timer<T>[] last = newArray();
  private final long[] used = new long[SLOTS / 64 + 1];

  /** The slot, counted without wrapping, before which nothing is left to fire. */
  private long reached;

  /** No timer is due before this instant. */
  private long earliest = Long.MAX_VALUE;

  /** Whether the ring must be searched to tell {@link #earliest}. */
  private boolean mustSearch;

  /** A wheel to which nothing will be added that is due long before {@code nowNanos}. */
  TimingWheel(long nowNanos) {
    reached = nowNanos >> SLOT_BITS;
  }

  /** Adds a timer that is not in the wheel. One due in the past fires next time. */
  void add(Timer<T> timer, long dueNanos) {
    timer.due = dueNanos;
    // What is already due goes where the next firing looks first.
    append(timer, (int) (Math.max(dueNanos >> SLOT_BITS, reached) & (SLOTS - 1)));
    earliest = Math.min(earliest, dueNanos);
  }

  private void append(Timer<T> timer, int slot) {
    timer.slot = slot;
    Timer<T> tail = last[slot];
    timer.previous = tail;
    timer.next = null;
    if (tail == null) {
      first[slot] = timer;
      used[slot >> 6] |= 1L << slot;
    } else {
      tail.next = timer;
    }
    last[slot] = timer;
  }

  /** Takes a timer out of the wheel; one that is not in it stays so. */
  void cancel(Timer<T> timer) {
    int slot = timer.slot;
    if (slot < 0) {
      return;
    }
    Timer<T> before = timer.previous;
    Timer<T> after = timer.next;
    if (before == null) {
      first[slot] = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last[slot] = before;
    } else {
      after.previous = before;
    }
    if (first[slot] == null) {
      used[slot >> 6] &= ~(1L << slot);
    }
    timer.slot = -1;
    timer.previous = null;
    timer.next = null;
  }

  /**
   * Fires every timer due at {@code nowNanos} or before, slot by slot, those of one slot in the order
   * in which they were added. A firing may add and cancel timers; what it adds waits for the next
   * time.
   */
  void fire(long nowNanos, Consumer<T> action) {
    if (nowNanos < earliest) {
      return;
    }
    long now = Math.max(reached, nowNanos >> SLOT_BITS);
    // After a pause longer than a round one walk over the ring sees every slot.
    for (long slot = Math.max(reached, now - SLOTS + 1); slot <= now; slot++) {
      collect((int) (slot & (SLOTS - 1)), nowNanos);
    }
    reached = now;
    mustSearch = true;
    for (Timer<T> timer = first[FIRING]; timer != null; timer = first[FIRING]) {
      cancel(timer);
      action.accept(timer.owner);
    }
  }

  private void collect(int slot, long nowNanos) {
    Timer<T> timer = first[slot];
    while (timer != null) {
      Timer<T> following = timer.next;
      if (timer.due <= nowNanos) {
        cancel(timer);
        append(timer, FIRING);
      }
      timer = following;
    }
  }

  /**
   * An instant before which no timer is due, {@link Long#MAX_VALUE} when there is none: the earliest
   * of them, or that of one cancelled since the last firing. So who cancels pays no search, and who
   * sleeps until then may wake for nothing, but never late.
   */
  long nextNanos() {
    if (mustSearch) {
      earliest = search();
      mustSearch = false;
    }
    return earliest;
  }

  private long search() {
    long found = Long.MAX_VALUE;
    for (long slot = reached; slot < reached + SLOTS; slot++) {
      int index = (int) (slot & (SLOTS - 1));
      long word = used[index >> 6] >>> index;
      if (word == 0) {
        // Nothing in the rest of this word; the loop's step goes on with the next.
        slot |= 63;
        continue;
      }
      slot += Long.numberOfTrailingZeros(word);
      if (slot >= reached + SLOTS) {
        break;
      }
      for (Timer<T> t = first[(int) (slot & (SLOTS - 1))]; t != null; t = t.next) {
        found = Math.min(found, t.due);
      }
      // A timer of this round is due before any in a later slot.
      if (found >> SLOT_BITS <= slot) {
        return found;
      }
    }
    return found;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <T> @Nullable Timer<T>[] newArray() {
    return new Timer[SLOTS + 1];
  }
}
