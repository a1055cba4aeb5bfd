package dev.muster.target.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs as a child of this process and never outlives it, however this process ends: its
 * keeper, a shell, holds a pipe that the system closes with us. Ctrl-C in the terminal does not reach
 * it; its parent decides what becomes of it. Safe for use by many threads.
 */
public final class ServiceProcess implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 15;
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int LAST_WORDS = 2_000;

  // The program has a session of its own, where the system knows those, so that it can be ended with
  // all that it has started, and so that no terminal reaches it. The keeper itself ignores what is
  // meant for its parent's whole group, or the program would lose its keeper. In its first instant
  // the program has no group yet.
  private static final String KEEPER = """
      exec 3<&0
      group=
      if command -v setsid >/dev/null; then
        setsid "$@" </dev/null 3<&- >&2 &
        group=-
      else
        "$@" </dev/null 3<&- >&2 &
      fi
      program=$!
      trap '' INT HUP TERM
      echo "$program"
      exec >&2
      {
        while read -r _; do :; done
        kill -TERM "$group$program" || kill -TERM "$program"
        tries=0
        while kill -0 "$group$program" && [ "$tries" -lt 100 ]; do
          sleep 0.05
          tries=$((tries + 1))
        done
        kill -KILL "$group$program"
      } <&3 >/dev/null 2>&1 &
      watcher=$!
      exec 3<&-
      # Without the shell's own word on how it ended.
      wait "$program" 2>/dev/null
      status=$?
      kill -KILL "$watcher" 2>/dev/null
      wait "$watcher" 2>/dev/null
      kill -KILL "$group$program" 2>/dev/null
      exit "$status"
      """;

  private final String name;
  private final Process keeper;
  private final long pid;
  private final Path log;
  private final long logStart;

  /**
   * What to start.
   *
   * @param name for messages, such as {@code MariaDB}
   * @param command the program and its arguments; nothing secret, as all users can read it
   * @param environment added to ours; the place for secrets
   * @param log where its output and errors go, appended; its folder exists
   */
  public record Launch(
      String name, List<String> command, Map<String, String> environment, Path log) {
    public Launch {
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
    }

    /** Without the environment, which may hold secrets. */
    @Override
    public String toString() {
      return name + ": " + String.join(" ", command);
    }
  }

  private ServiceProcess(String name, Process keeper, long pid, Path log, long logStart) {
    this.name = name;
    this.keeper = keeper;
    this.pid = pid;
    this.log = log;
    this.logStart = logStart;
  }

  /**
   * Starts it; on return the program runs, or has ended already.
   *
   * @throws ProcessException if that is not possible
   */
  public static ServiceProcess start(Launch launch) {
    var command = new ArrayList<>(List.of("/bin/sh", "-c", KEEPER, "sh"));
    command.addAll(launch.command());
    var builder = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
    builder.environment().putAll(launch.environment());
    try {
      long logStart = Files.exists(launch.log()) ? Files.size(launch.log()) : 0;
      var keeper = builder.start();
      String pid = keeper.inputReader(StandardCharsets.US_ASCII).readLine();
      if (pid == null) {
        throw new IOException("the system's shell ended at once");
      }
      return new ServiceProcess(
          launch.name(), keeper, Long.parseLong(pid), launch.log(), logStart);
    } catch (IOException e) {
      throw new ProcessException(launch.name() + " cannot be started: " + e.getMessage(), e);
    }
  }

  /**
   * Waits until something accepts connections on this port of the loopback address.
   *
   * @throws ProcessException if the program ends before, or nothing does within {@code patience};
   *     with what it wrote last
   */
  public void awaitPort(int port, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (!accepts(port)) {
      if (System.nanoTime() - end > 0) {
        throw new ProcessException(name + " does not answer on port " + port + "; it said:\n"
            + lastWords(), null);
      }
      if (endsWithin(POLL)) {
        throw new ProcessException(name + " ended as soon as it was started; it said:\n"
            + lastWords(), null);
      }
    }
  }

  private static boolean accepts(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The program's number, as the system has it; it may have ended. */
  public long pid() {
    return pid;
  }

  /** What it is called in messages. */
  public String name() {
    return name;
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return keeper.isAlive();
  }

  /**
   * Waits until it has ended, by itself or not, or for this long; tells whether it has.
   *
   * @throws ProcessException if the thread is interrupted meanwhile
   */
  public boolean endsWithin(Duration patience) {
    try {
      return keeper.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProcessException("interrupted while waiting for " + name, e);
    }
  }

  /** Completes with the exit status when it has ended, by itself or not. */
  public CompletableFuture<Integer> ended() {
    return keeper.onExit().thenApply(Process::exitValue);
  }

  /** What it wrote last since its start, for an error message; empty when that cannot be read. */
  public String lastWords() {
    try (var file = Files.newByteChannel(log)) {
      file.position(Math.max(logStart, file.size() - LAST_WORDS));
      return new String(Channels.newInputStream(file).readAllBytes(), StandardCharsets.UTF_8)
          .strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** Asks it to end, ends it when it does not, and returns when it and all that it started is gone. */
  @Override
  public void close() {
    try {
      keeper.getOutputStream().close();
    } catch (IOException e) {
      // Its watcher then does the rest.
      keeper.destroyForcibly();
    }
    try {
      if (!keeper.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        keeper.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      keeper.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
