package dev.muster.target.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A parent to be killed: starts a program that never ends, and says its number. */
final class ParentMain {
  private ParentMain() {}

  /** Takes a folder for the log. */
  public static void main(String[] args) throws InterruptedException {
    var process = ServiceProcess.start(new ServiceProcess.Launch("test program",
        List.of("/bin/sh", "-c", "sleep 1000"), Map.of(), Path.of(args[0], "log")));
    System.out.println(process.pid());
    new CountDownLatch(1).await();
  }
}
