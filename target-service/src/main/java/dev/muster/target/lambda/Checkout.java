package dev.muster.target.lambda;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The rules by which a gateway gives execution environments to requests: the idle one that was used
 * last, else a new one, else none when as many requests as allowed have theirs; one that nobody has
 * used for a while ends. Instants are arguments, in nanoseconds from any zero. For one thread at a
 * time.
 *
 * <pre>
 *   arrived ─► Warm(e) or Cold ──► serving ──┬─ returned(e) ─► idle ──► expired
 *          └─► Throttled                     └─ lost
 * </pre>
 */
final class Checkout<E> {
  private final int concurrency;
  private final long keepWarmNanos;
  // The last used one is the first.
  private final Deque<Idle<E>> idle = new ArrayDeque<>();
  private int serving;

  /** What a request is to do. */
  sealed interface Decision<E> {}

  /** Use this one. */
  record Warm<E>(E environment) implements Decision<E> {}

  /** Start one. */
  record Cold<E>() implements Decision<E> {}

  /** Go away; nothing was checked out. */
  record Throttled<E>() implements Decision<E> {}

  private record Idle<E>(E environment, long sinceNanos) {}

  /**
   * For at most {@code concurrency} requests at once, positive; idle environments end after
   * {@code keepWarm}.
   */
  Checkout(int concurrency, Duration keepWarm) {
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency must be positive (was " + concurrency + ")");
    }
    this.concurrency = concurrency;
    this.keepWarmNanos = keepWarm.toNanos();
  }

  /** A request wants an environment. Unless throttled, {@link #returned} or {@link #lost} follows. */
  Decision<E> arrived() {
    if (serving == concurrency) {
      return new Throttled<>();
    }
    serving++;
    var last = idle.pollFirst();
    return last == null ? new Cold<>() : new Warm<>(last.environment());
  }

  /** One has answered and can answer again. */
  void returned(E environment, long nowNanos) {
    serving--;
    idle.addFirst(new Idle<>(environment, nowNanos));
  }

  /** One that was serving, or was to be started, is no more. */
  void lost() {
    serving--;
  }

  /** Those that have been idle for too long, now forgotten. */
  List<E> expired(long nowNanos) {
    var gone = new ArrayList<E>();
    for (var oldest = idle.peekLast(); oldest != null
        && nowNanos - oldest.sinceNanos() >= keepWarmNanos; oldest = idle.peekLast()) {
      gone.add(oldest.environment());
      idle.removeLast();
    }
    return gone;
  }

  /** How many serve a request, or are being started for one. */
  int serving() {
    return serving;
  }

  /** How many wait for a request. */
  int idle() {
    return idle.size();
  }
}
