package dev.muster.worker.health;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Measures how the worker itself does during a run: what each event loop wants of a core, what others
 * take of the machine, and how long anything stood still. It costs nothing for a request: a few
 * wake-ups of two kinds of timers, and a reading of clocks for each tick. For one thread, that of the
 * agent.
 *
 * <p>Event loops end their ticks by themselves and a little apart. Pauses are kept with the instant of
 * their end and given to the tick that holds it, however late they are asked for. CPU clocks cannot be
 * asked for a past instant; they are read when a tick is complete on all loops, mostly less than a
 * millisecond after its end, and the time between two readings is told along with them.
 */
public final class GeneratorMeter implements AutoCloseable {

  private static final long TICK_NANOS = 1_000_000_000;

  /** Shares of a shorter time say nothing; ticks that come together share a reading. */
  private static final long LEAST_INTERVAL_NANOS = 300_000_000;

  private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory
      .getOperatingSystemMXBean();

  private final List<ThreadClock> loops;
  private final long startNanos;
  private final Pauses loopStalls;
  private final Pauses processStalls;
  private final Pauses collections;
  private final Runnable endPulse;
  private final HiccupMeter hiccups;
  private final GcMeter gc;
  private CpuReading lastReading;
  private CpuUse lastUse;
  private final LongSupplier heldBack;
  private long toldHeldBack;

  /**
   * Measures until it is closed.
   *
   * @param loops the clocks of the event loops
   * @param startNanos the run's start instant, on the scale of {@link System#nanoTime}
   * @param pulse lets the event loops tell when they are late, and returns what ends that
   * @param heldBack how many requests the worker's limit of its rate has held back in its life
   */
  public GeneratorMeter(
      List<ThreadClock> loops, long startNanos, Function<Pauses, Runnable> pulse,
      LongSupplier heldBack) {
    this.heldBack = heldBack;
    this.toldHeldBack = heldBack.getAsLong();
    this.loops = List.copyOf(loops);
    this.startNanos = startNanos;
    this.loopStalls = new Pauses(startNanos);
    this.processStalls = new Pauses(startNanos);
    this.collections = new Pauses(startNanos);
    this.endPulse = pulse.apply(loopStalls);
    this.hiccups = new HiccupMeter(processStalls);
    this.gc = new GcMeter(collections);
    this.lastReading = read();
    this.lastUse = lastReading.since(lastReading);
  }

  /**
   * How the worker did in {@code tick}. To be asked for each tick once, in order, when it has ended.
   *
   * @param last whether it is the run's last, which ends now
   */
  public GeneratorTick tick(long tick, boolean last) {
    CpuReading now = read();
    if (now.nanos() - lastReading.nanos() >= LEAST_INTERVAL_NANOS) {
      lastUse = now.since(lastReading);
      lastReading = now;
    }
    long until = last ? System.nanoTime() : startNanos + (tick + 1) * TICK_NANOS;
    Pauses.Sum ofLoops = loopStalls.take(until);
    Pauses.Sum ofProcess = processStalls.take(until);
    Pauses.Sum collected = collections.take(until);
    long before = toldHeldBack;
    toldHeldBack = heldBack.getAsLong();
    return new GeneratorTick(
        lastUse, Runtime.getRuntime().availableProcessors(),
        ofLoops.longestNanos(), ofProcess.longestNanos(),
        ofLoops.longNanos() / Math.max(1, loops.size()), ofProcess.longNanos(),
        collected.totalNanos(), collected.longestNanos(), toldHeldBack - before);
  }

  private CpuReading read() {
    return new CpuReading(
        System.nanoTime(), SYSTEM.getProcessCpuTime(),
        loops.stream().map(ThreadClock::read).toList(),
        Proc.machine().flatMap(MachineTimes::parse).orElse(null));
  }

  @Override
  public void close() {
    hiccups.close();
    gc.close();
    endPulse.run();
  }
}
