package dev.muster.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processes that keep every core busy while others have to stand back: those get the lowest priority
 * that there is, which anybody may give. Ends with a close; priorities stay.
 */
final class Hogs implements AutoCloseable {

  private static final int PER_CORE = 2;

  private final List<Process> processes = new ArrayList<>();

  /** Takes the cores away from {@code victims}. */
  static Hogs beside(List<ProcessHandle> victims) {
    victims.forEach(Hogs::standBack);
    var hogs = new Hogs();
    int count = PER_CORE * Runtime.getRuntime().availableProcessors();
    try {
      for (int i = 0; i < count; i++) {
        hogs.processes.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
      }
      return hogs;
    } catch (IOException e) {
      hogs.close();
      throw new UncheckedIOException(e);
    }
  }

  /** To Linux the priority is one of each thread. */
  private static void standBack(ProcessHandle process) {
    try (Stream<Path> threads = Files.list(
        Path.of("/proc", String.valueOf(process.pid()), "task"))) {
      var command = new ArrayList<>(List.of("renice", "-n", "19", "-p"));
      threads.map(thread -> thread.getFileName().toString()).forEach(command::add);
      Muster.execute(command.toArray(String[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }
}
