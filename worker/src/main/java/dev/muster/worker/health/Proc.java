package dev.muster.worker.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads what Linux tells in {@code /proc}; elsewhere there is nothing to be read. */
final class Proc {

  private static final Path ROOT = Path.of("/proc");

  private Proc() {}

  /** The first line of a file below {@code /proc}; nothing where it cannot be read. */
  static Optional<String> firstLine(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.findFirst();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** The machine's CPU time so far. */
  static Optional<String> machine() {
    return firstLine(ROOT.resolve("stat"));
  }

  /** Where the kernel tells of the current thread when it ran and when it waited. */
  static Optional<Path> ofCurrentThread() {
    try {
      Path thread = Files.readSymbolicLink(ROOT.resolve("thread-self"));
      return Optional.of(ROOT.resolve(thread).resolve("schedstat"));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }
}
