package dev.muster.cli.command;

import java.util.concurrent.CountDownLatch;

/** How commands that serve until they are told to end do end. */
final class Shutdown {

  private Shutdown() {}

  /** Waits for Ctrl-C or SIGTERM, and closes {@code service} before the process ends. */
  static void awaitAndClose(AutoCloseable service) throws InterruptedException {
    onShutdown(service);
    new CountDownLatch(1).await();
  }

  /** Sees to it that {@code service} is closed when the process is told to end. */
  static void onShutdown(AutoCloseable service) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        service.close();
      } catch (Exception e) {
        System.err.println("muster: not everything could be closed: " + e);
      }
    }));
  }
}
