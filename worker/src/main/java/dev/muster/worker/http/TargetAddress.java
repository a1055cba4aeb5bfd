package dev.muster.worker.http;

import dev.muster.worker.guard.Guard;
import dev.muster.worker.guard.TargetRefused;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the target is. Its name is looked up before the run and every 30 s during it, on a thread of
 * its own, so that no event loop waits for a name server. What an event loop dials is an address that
 * the guard has let through, and never a name. For any thread.
 */
final class TargetAddress implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TargetAddress.class);
  private static final long REFRESH_SECONDS = 30;

  /** What the last answer was: addresses, or why there are none. */
  private record Answer(List<InetSocketAddress> addresses, IOException problem) {}

  private final URI target;
  private final Guard guard;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
      Thread.ofPlatform().daemon().name("target-address").factory());
  private volatile Answer answer;

  /** Looks the host of {@code target} up, and waits for the answer. */
  TargetAddress(URI target, Guard guard) {
    this.target = target;
    this.guard = guard;
    this.answer = new Answer(List.of(), new UnknownHostException(target.getHost()));
    refresh();
    var _ = thread.scheduleWithFixedDelay(
        this::refresh, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * The address for {@code user}, over which users spread.
   *
   * @throws UnknownHostException while its name has never been resolved
   * @throws TargetRefused while its name has never led to where the worker may send
   */
  InetSocketAddress of(long user) throws IOException {
    Answer known = answer;
    if (known.addresses().isEmpty()) {
      throw known.problem();
    }
    return known.addresses().get((int) (user % known.addresses().size()));
  }

  /** Asks again. What was let through stays good where nothing new is. */
  void refresh() {
    try {
      answer = new Answer(guard.addresses(target), answer.problem());
    } catch (UnknownHostException e) {
      // Where nothing was known, requests fail with kind "dns" until something is.
      LOG.debug("The target's name does not resolve now", e);
      refused(e);
    } catch (TargetRefused e) {
      LOG.warn("A new answer of the name server is not followed: {}", e.getMessage());
      refused(e);
    }
  }

  private void refused(IOException why) {
    answer = new Answer(answer.addresses(), why);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
