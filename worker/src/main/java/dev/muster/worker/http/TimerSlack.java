package dev.muster.worker.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much later than asked the kernel may wake a thread, to wake several at once: 50 µs unless it is
 * told otherwise (timerslack_ns in proc(5)).
 */
final class TimerSlack {

  private static final Logger LOG = LoggerFactory.getLogger(TimerSlack.class);

  private TimerSlack() {}

  /** Has the calling thread woken on time. Where the kernel knows no such setting, nothing changes. */
  static void none() {
    try {
      // The link ends in the thread's own number, under which there is a folder as for a process.
      Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      Files.writeString(
          Path.of("/proc").resolve(thread.getFileName()).resolve("timerslack_ns"), "1");
    } catch (IOException e) {
      LOG.debug("The event loop may be woken up to 50 µs late, as its slack cannot be set", e);
    }
  }
}
