package dev.muster.cli.local;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folders of an experiment on this machine: results for people, and beside them, hidden, what the
 * coordinator stored and the processes logged.
 *
 * @param results for people
 */
public record LocalExperiment(Path results) {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  /** The folder {@code given}, or a fresh one named after the plan and the time. */
  public static LocalExperiment in(Path given, String planName) {
    if (!given.toString().isEmpty()) {
      return new LocalExperiment(given);
    }
    String name = planName + "-" + TIME.format(LocalDateTime.now(ZoneId.systemDefault()));
    Path folder = Path.of("results", name);
    for (int again = 2; Files.exists(folder); again++) {
      folder = Path.of("results", name + "-" + again);
    }
    return new LocalExperiment(folder);
  }

  /** What the coordinator stored, and logs. */
  public Path data() {
    return results.resolve(".muster");
  }

  /** Makes the folders. */
  public void create() {
    try {
      Files.createDirectories(data());
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED,
          "The results folder " + results + " cannot be made: " + e.getMessage()
              + "\n  Choose another with --out.",
          e);
    }
  }

  /** Removes the coordinator's own copy of the results. */
  public void removeCopy() {
    Path copy = data().resolve("results");
    if (!Files.exists(copy)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(copy)) {
      List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
