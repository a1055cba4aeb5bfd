package dev.muster.cli.local;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** How commands that serve until they are told to end do end. */
public final class Shutdown {

  private Shutdown() {}

  /** Waits for Ctrl-C or SIGTERM, and closes {@code service} before the process ends. */
  public static void awaitAndClose(AutoCloseable service) throws InterruptedException {
    onShutdown(service);
    new CountDownLatch(1).await();
  }

  /** Sees to it that {@code service} is closed when the process is told to end. */
  public static void onShutdown(AutoCloseable service) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        service.close();
      } catch (Exception e) {
        System.err.println("muster: not everything could be closed: " + e);
      }
    }));
  }

  /** Waits for the end of standard input, which comes when a parent process ends. */
  public static void awaitEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // Whatever is said there is not meant for us.
      }
    } catch (IOException e) {
      // As good as an end.
    }
  }
}
