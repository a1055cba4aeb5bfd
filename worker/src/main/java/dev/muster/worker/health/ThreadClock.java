package dev.muster.worker.health;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tells how long one thread has run, and how long it waited for a core. For any thread. */
public final class ThreadClock {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long id;
  private final @Nullable Path schedule;

  private ThreadClock(long id, @Nullable Path schedule) {
    this.id = id;
    this.schedule = schedule;
  }

  /** The clock of the thread that calls. */
  public static ThreadClock ofCurrentThread() {
    return new ThreadClock(
        Thread.currentThread().threadId(), Proc.ofCurrentThread().orElse(null));
  }

  /** What it tells now; zeros for what the system does not tell, or when the thread has ended. */
  CpuReading.OfThread read() {
    return new CpuReading.OfThread(
        Math.max(0, THREADS.getThreadCpuTime(id)),
        schedule == null ? 0 : Proc.firstLine(schedule).map(ThreadClock::waited).orElse(0L));
  }

  /** The second of the numbers in {@code schedstat}: nanoseconds spent ready to run, not running. */
  static long waited(String line) {
    String[] numbers = line.split(" ", -1);
    return numbers.length < 2 ? 0 : Long.parseLong(numbers[1]);
  }
}
