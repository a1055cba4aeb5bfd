package dev.muster.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The command {@code muster} as a process of its own, started as a user starts it. */
final class Muster implements AutoCloseable {

  /** Longer than anything here takes, on any machine; reached only when something hangs. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  private final String command;
  private final Process process;
  private final Lines out;
  private final Lines err;

  /** What a command that has ended leaves: its exit code and what it said. */
  record Ended(int exitCode, String out, String err) {}

  private Muster(String command, Process process) {
    this.command = command;
    this.process = process;
    this.out = Lines.of(process.getInputStream());
    this.err = Lines.of(process.getErrorStream());
  }

  /** Starts {@code muster arguments…} in {@code folder}. */
  static Muster start(Path folder, String... arguments) {
    return start(Main.class, folder, arguments);
  }

  /** As above, by another main class that ends up in the command's own. */
  static Muster start(Class<?> main, Path folder, String... arguments) {
    return start(main, folder, Map.of(), arguments);
  }

  /**
   * As above, with variables of the environment beside ours. Credentials, and what workers keep, are in {@code
   * folder}.
   */
  static Muster start(
      Class<?> main,
      Path folder,
      Map<String, String> environment,
      String... arguments) {
    return start(List.of(), main, folder, environment, arguments);
  }

  /** As above, by a command in front of it that becomes it, such as {@code nsenter}. */
  static Muster start(
      List<String> by,
      Class<?> main,
      Path folder,
      Map<String, String> environment,
      String... arguments) {
    var command = new ArrayList<>(by);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            "-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    try {
      var builder = new ProcessBuilder(command).directory(folder.toFile());
      builder.environment().put("XDG_CONFIG_HOME", folder.resolve("config").toString());
      builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
      builder.environment().putAll(environment);
      return new Muster("muster " + String.join(" ", arguments), builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts {@code muster arguments…} in {@code folder} and waits for its end. */
  static Ended run(Path folder, String... arguments) {
    try (Muster muster = start(folder, arguments)) {
      return muster.awaitEnd();
    }
  }

  /** As above, with variables of the environment beside ours. */
  static Ended run(Path folder, Map<String, String> environment, String... arguments) {
    try (Muster muster = start(Main.class, folder, environment, arguments)) {
      return muster.awaitEnd();
    }
  }

  /** Writes a plan, and says where. */
  static String plan(Path folder, String text) {
    try {
      return Files.writeString(folder.resolve("plan.yaml"), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a line of output that holds {@code text}. */
  String awaitOutput(String text) {
    return awaitLine(out, text);
  }

  /** Waits for a line of progress or of errors that holds {@code text}. */
  String awaitProgress(String text) {
    return awaitLine(err, text);
  }

  /** What it has said on standard error so far. */
  String progress() {
    return err.toString();
  }

  private String awaitLine(Lines lines, String text) {
    return lines.await(line -> line.contains(text), PATIENCE)
        .orElseThrow(() -> new AssertionError("no line with '" + text + "' from " + this));
  }

  /** Types all that it will ever be told, as somebody at the terminal would. */
  Muster types(String text) {
    try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
      in.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Waits for the end. */
  Ended awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("still running: " + this);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted: " + this, e);
    }
    return new Ended(process.exitValue(), out.text(PATIENCE), err.text(PATIENCE));
  }

  /** The process itself. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Sends the signal of Ctrl-C, {@code INT}, or another. */
  void signal(String name) {
    signal(name, process.toHandle());
  }

  /** Sends a signal to any process. */
  static void signal(String name, ProcessHandle to) {
    execute("kill", "-" + name, String.valueOf(to.pid()));
  }

  /** Runs a command of the system, which must succeed. */
  static void execute(String... command) {
    try {
      int status = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start()
          .waitFor();
      if (status != 0) {
        throw new AssertionError(String.join(" ", command) + " ended with " + status);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The processes that it has started, in the order of their start. */
  List<ProcessHandle> children() {
    return process.descendants().sorted(Comparator.comparingLong(ProcessHandle::pid)).toList();
  }

  /** Waits until {@code process} is gone. */
  static void awaitGone(ProcessHandle process) {
    try {
      process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | InterruptedException
        | java.util.concurrent.ExecutionException e) {
      throw new AssertionError("still there: " + process.info(), e);
    }
  }

  /** Ends it and all that it started, if anything of them is left. */
  @Override
  public void close() {
    List<ProcessHandle> children = children();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public String toString() {
    return command + "\nstdout:\n" + out + "\nstderr:\n" + err;
  }
}
