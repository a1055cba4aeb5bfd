package dev.muster.deploy.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process of our own that ends when we do: it is expected to end when its standard input does, which
 * the system closes with us however we end. Ctrl-C in the terminal does not reach it; its parent
 * decides what becomes of it.
 */
public final class ChildProcess implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 15;

  private final Process process;
  private final Path log;

  private ChildProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a process whose errors go to {@code log}, and its output too unless it is read.
   *
   * @param command the program and its arguments
   * @param environment variables that it gets beside those that we have
   * @param outputIsRead whether the caller reads what it says, with {@link #firstLine}
   * @throws IOException if it cannot be started
   */
  public static ChildProcess start(
      List<String> command,
      Map<String, String> environment,
      Path log,
      boolean outputIsRead)
      throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    var builder = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    if (!outputIsRead) {
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }
    return new ChildProcess(Interrupts.ignoredBy(builder::start), log);
  }

  /** Its first line of output; empty when it ends without one. Waits for it. */
  public String firstLine() {
    try {
      // Not closed: the process goes on writing.
      String line = process.inputReader(StandardCharsets.UTF_8).readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it wrote last, for an error message; empty when that cannot be read. */
  public String lastWords() {
    try {
      String text = Files.readString(log).strip();
      return text.substring(Math.max(0, text.length() - 2_000));
    } catch (IOException e) {
      return "";
    }
  }

  /** Lets it end, and ends it when it does not. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      process.destroy();
    }
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
