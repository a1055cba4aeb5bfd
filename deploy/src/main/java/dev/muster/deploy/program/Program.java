package dev.muster.deploy.program;

import dev.muster.deploy.spawn.PlaceProblem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that is given its input, run to its end within a time, and heard. */
public final class Program {

  /** How long what it wrote may take to arrive once it has ended; somebody else may hold the pipe. */
  private static final Duration LAST_OUTPUT = Duration.ofSeconds(2);

  private Program() {}

  /** What is left of a program that has ended. */
  public record Said(int exitCode, String out, String err) {

    /** Whether it says that all went well. */
    public boolean succeeded() {
      return exitCode == 0;
    }
  }

  /**
   * Runs it with a text as its input.
   *
   * @param command the program, looked up on the PATH, and its arguments
   * @throws PlaceProblem if there is no such program, or it takes longer, and is ended then
   */
  public static Said run(List<String> command, String input, Duration atMost) {
    Process process = start(new ProcessBuilder(command));
    // Not virtual: a pipe holds the carrier, of which there are as few as cores.
    Thread.ofPlatform().daemon().name("program-input").start(() -> write(process, input));
    return end(process, command.getFirst(), atMost);
  }

  /** As above, with a file as its input. */
  public static Said run(List<String> command, Path input, Duration atMost) {
    var builder = new ProcessBuilder(command).redirectInput(Redirect.from(input.toFile()));
    return end(start(builder), command.getFirst(), atMost);
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new PlaceProblem(
          "The program " + builder.command().getFirst() + " cannot be started: " + e.getMessage()
              + ".\n  Install it, or put it on the PATH.",
          e);
    }
  }

  private static void write(Process process, String input) {
    try (OutputStream out = process.getOutputStream()) {
      out.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It has ended without having read all; its exit code tells.
    }
  }

  private static Said end(Process process, String program, Duration atMost) {
    var out = new Heard(process.getInputStream());
    var err = new Heard(process.getErrorStream());
    try {
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new PlaceProblem(
            program + " has not ended within " + atMost.toSeconds() + " s"
                + (err.text().isBlank() ? "." : ", and said: " + err.text().strip()));
      }
      return new Said(process.exitValue(), out.awaited(), err.awaited());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlaceProblem("It was told to end while it waited for " + program + ".", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** A stream that is read as it comes, so that its writer never waits. */
  private static final class Heard {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Thread reader;

    Heard(InputStream from) {
      reader = Thread.ofPlatform().daemon().name("program-output").start(() -> {
        try {
          from.transferTo(bytes);
        } catch (IOException e) {
          // As good as its end.
        }
      });
    }

    String awaited() throws InterruptedException {
      var _ = reader.join(LAST_OUTPUT);
      return text();
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
