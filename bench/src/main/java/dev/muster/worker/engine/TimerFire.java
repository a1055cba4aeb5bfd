package dev.muster.worker.engine;

import dev.muster.worker.engine.TimingWheel.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A timer fires and is added again, 0.5 to 0.9 s later, among so many. Time is made up, and moves as an
 * event loop's does: to the next timer, but a millisecond at least.
 */
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up.
public class TimerFire {

  private static final int FIRINGS = 1_000;
  private static final int DIFFERENT = 4_096;
  private static final long LEAST_SLEEP_NANOS = 1_000_000;

  @Param({"10", "1000", "100000"})
  public int timers;

  private final long[] thinkNanos = new long[DIFFERENT];
  private final TimingWheel<Integer> wheel = new TimingWheel<>(0);
  private final Timer<Integer> another = new Timer<>(-1);
  private final Consumer<Integer> addAgain = this::fired;
  private List<Timer<Integer>> all;
  private long now;
  private int fired;
  private int next;

  @Setup
  public void setUp() {
    var random = new Random(7);
    for (int i = 0; i < DIFFERENT; i++) {
      thinkNanos[i] = 500_000_000L + random.nextInt(400_000_000);
    }
    all = new ArrayList<>();
    for (int i = 0; i < timers; i++) {
      var timer = new Timer<>(i);
      all.add(timer);
      wheel.add(timer, random.nextInt(700_000_000));
    }
  }

  private void fired(Integer index) {
    fired++;
    wheel.add(all.get(index), now + thinkNanos[next++ & (DIFFERENT - 1)]);
  }

  @Benchmark
  @OperationsPerInvocation(FIRINGS)
  public long fireAndAdd() {
    // More may fire at one instant than are left to this call; they count for the next.
    while (fired < FIRINGS) {
      now = Math.max(now + LEAST_SLEEP_NANOS, wheel.nextNanos());
      wheel.fire(now, addAgain);
    }
    fired -= FIRINGS;
    return now;
  }

  /** As the time-out of a request that is answered. */
  @Benchmark
  public void addAndCancel() {
    wheel.add(another, now + thinkNanos[next++ & (DIFFERENT - 1)]);
    wheel.cancel(another);
  }
}
