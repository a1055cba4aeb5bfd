package dev.muster.target.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that is started again whenever it ends, until it is closed: at once, and when that does
 * not help, after pauses that grow to some seconds.
 *
 * <pre>
 *   start ─► await ─► supervised ── ended ──► start again, for ever
 * </pre>
 *
 * A thread of its own starts it again; all else is safe for use by many threads.
 */
public final class Supervised implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervised.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int MOST_DOUBLINGS = 10;
  private static final Duration GOOD_LIFE = Duration.ofSeconds(10);

  private final Supplier<ServiceProcess.Launch> launch;
  private final Duty duty;
  private final Thread supervisor = Thread.ofVirtual().unstarted(this::supervise);
  private final CountDownLatch closing = new CountDownLatch(1);
  // Replaced by the supervisor only, and never once we are closing.
  private volatile ServiceProcess process;
  private volatile int restarts;

  /** What a program is for. The methods are called in turn, by one thread at a time. */
  public interface Duty {
    /**
     * Waits until the program is of use, then puts it to use.
     *
     * @throws ProcessException if it ends before
     */
    void begin(ServiceProcess process);

    /** The program has ended. */
    default void end() {}
  }

  private Supervised(Supplier<ServiceProcess.Launch> launch, Duty duty) {
    this.launch = launch;
    this.duty = duty;
    this.process = ServiceProcess.start(launch.get());
  }

  /**
   * Starts it.
   *
   * @param launch asked before each start
   * @throws ProcessException if that is not possible
   */
  public static Supervised start(Supplier<ServiceProcess.Launch> launch, Duty duty) {
    return new Supervised(launch, duty);
  }

  /**
   * Waits until it is of use for the first time; from then on it is supervised. Called once.
   *
   * @throws ProcessException if it ends before, or is of no use; it is closed then
   */
  public void await() {
    try {
      duty.begin(process);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    supervisor.start();
  }

  /** The number of the program that runs now, or ran last. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** How often it was started again. */
  public int restarts() {
    return restarts;
  }

  /** Ends it for good; returns when it is gone. */
  @Override
  public void close() {
    ServiceProcess last;
    synchronized (this) {
      closing.countDown();
      last = process;
    }
    last.close();
    try {
      supervisor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void supervise() {
    try {
      int shortLives = 0;
      long begin = System.nanoTime();
      while (true) {
        int status = process.ended().join();
        duty.end();
        if (System.nanoTime() - begin > GOOD_LIFE.toNanos()) {
          shortLives = 0;
        }
        if (closing.await(pauseAfter(shortLives).toNanos(), TimeUnit.NANOSECONDS)) {
          return;
        }
        shortLives++;
        begin = System.nanoTime();
        LOG.warn("{} ended with status {} and is started again", process.name(), status);
        startAgain();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // On return the program is of use, or has ended.
  private void startAgain() {
    try {
      synchronized (this) {
        if (closing.getCount() == 0) {
          return;
        }
        restarts++;
        process = ServiceProcess.start(launch.get());
      }
      duty.begin(process);
    } catch (ProcessException e) {
      LOG.warn("{}", e.getMessage());
      process.close();
    }
  }

  private static Duration pauseAfter(int shortLives) {
    if (shortLives == 0) {
      return Duration.ZERO;
    }
    var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(shortLives - 1, MOST_DOUBLINGS));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }
}
