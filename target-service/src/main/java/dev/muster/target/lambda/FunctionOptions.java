package dev.muster.target.lambda;

import dev.muster.target.process.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The function and how it is scaled.
 *
 * @param concurrency how many invocations may be under way at once; positive
 * @param keepWarm how long an idle execution environment is kept; positive
 * @param timeout the longest that an invocation may take; positive. Under AWS's emulator the start of
 *     the function is a part of its first invocation
 * @param memoryMegabytes the heap of one execution environment; at least 128, the least that AWS gives
 * @param emulator AWS's Runtime Interface Emulator; without it a small one of our own takes its place
 * @param classPath of the function and the runtime interface client
 * @param environment variables of the function; the place for secrets
 * @param log where the execution environments write to, appended; its folder exists
 */
public record FunctionOptions(
    int concurrency,
    Duration keepWarm,
    Duration timeout,
    int memoryMegabytes,
    Optional<Path> emulator,
    String classPath,
    Map<String, String> environment,
    Path log) {

  private static final String EMULATOR_VARIABLE = "MUSTER_LAMBDA_EMULATOR";
  private static final String EMULATOR = "aws-lambda-rie";
  private static final int LEAST_MEGABYTES = 128;

  public FunctionOptions {
    environment = Map.copyOf(environment);
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency must be positive (was " + concurrency + ")");
    }
    if (!keepWarm.isPositive() || !timeout.isPositive()) {
      throw new IllegalArgumentException(
          "keepWarm and timeout must be positive (were " + keepWarm + " and " + timeout + ")");
    }
    if (memoryMegabytes < LEAST_MEGABYTES) {
      throw new IllegalArgumentException("a function has at least " + LEAST_MEGABYTES
          + " MB (was " + memoryMegabytes + ")");
    }
  }

  /**
   * At most 50 at once, kept warm for 5 minutes, 30 s for each invocation as behind an HTTP API,
   * 256 MB, this program's class path, and AWS's emulator where it is installed.
   */
  public static FunctionOptions defaults(Path log) {
    return new FunctionOptions(50, Duration.ofMinutes(5), Duration.ofSeconds(30), 256,
        installedEmulator(), System.getProperty("java.class.path", ""), Map.of(), log);
  }

  /** AWS's emulator: what {@code MUSTER_LAMBDA_EMULATOR} names, else the one on the path. */
  public static Optional<Path> installedEmulator() {
    return Optional.ofNullable(System.getenv(EMULATOR_VARIABLE))
        .filter(named -> !named.isEmpty())
        .map(Path::of)
        .or(() -> Programs.find(EMULATOR));
  }

  /** These options with another cap and another time to keep idle environments. */
  public FunctionOptions withScale(int otherConcurrency, Duration otherKeepWarm) {
    return new FunctionOptions(otherConcurrency, otherKeepWarm, timeout, memoryMegabytes, emulator,
        classPath, environment, log);
  }

  /** These options with another timeout. */
  public FunctionOptions withTimeout(Duration other) {
    return new FunctionOptions(concurrency, keepWarm, other, memoryMegabytes, emulator, classPath,
        environment, log);
  }

  /** These options with another emulator, or our own. */
  public FunctionOptions withEmulator(Optional<Path> other) {
    return new FunctionOptions(concurrency, keepWarm, timeout, memoryMegabytes, other, classPath,
        environment, log);
  }

  /** These options with another class path. */
  public FunctionOptions withClassPath(String other) {
    return new FunctionOptions(concurrency, keepWarm, timeout, memoryMegabytes, emulator, other,
        environment, log);
  }

  /** These options with other environment variables. */
  public FunctionOptions withEnvironment(Map<String, String> other) {
    return new FunctionOptions(concurrency, keepWarm, timeout, memoryMegabytes, emulator, classPath,
        other, log);
  }

  /** Without the environment, which may hold secrets. */
  @Override
  public String toString() {
    return "at most " + concurrency + " at once, warm for " + keepWarm + ", " + memoryMegabytes
        + " MB, " + emulator.map(Path::toString).orElse("our own Runtime API");
  }
}
