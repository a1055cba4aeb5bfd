package dev.muster.target.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Cuts the conversations that take too long. It looks at all of them every so often instead of
 * setting a timer for each, so a request costs no more than the writing of one number; a cut comes at
 * most a twentieth of the shorter timeout late.
 */
final class Deadlines implements AutoCloseable {
  // Kept connections of users who think for seconds between requests must outlive the thought.
  private static final long IDLE_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long MIN_PERIOD_NANOS = Duration.ofMillis(5).toNanos();
  private static final int LOOKS_PER_TIMEOUT = 20;

  private final Set<Conversation> open = ConcurrentHashMap.newKeySet();
  private final long readNanos;
  private final long writeNanos;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
      Thread.ofPlatform().daemon().name("target-deadlines").factory());

  Deadlines(HttpListener.Manners manners) {
    readNanos = manners.readTimeout().toNanos();
    writeNanos = manners.writeTimeout().toNanos();
    long period = Math.max(MIN_PERIOD_NANOS, Math.min(readNanos, writeNanos) / LOOKS_PER_TIMEOUT);
    var _ = clock.scheduleWithFixedDelay(this::look, period, period, TimeUnit.NANOSECONDS);
  }

  void add(Conversation conversation) {
    open.add(conversation);
  }

  void remove(Conversation conversation) {
    open.remove(conversation);
  }

  /** The instant by which a request that begins now must be whole, in {@link System#nanoTime()}. */
  long toRead() {
    return System.nanoTime() + readNanos;
  }

  /** The instant by which an answer that begins now must be written. */
  long toWrite() {
    return System.nanoTime() + writeNanos;
  }

  /** The instant by which a kept connection's next request must begin. */
  long toBeginAgain() {
    return System.nanoTime() + IDLE_NANOS;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  private void look() {
    long now = System.nanoTime();
    for (Conversation conversation : open) {
      if (now - conversation.deadline() > 0) {
        conversation.cut();
      }
    }
  }
}
