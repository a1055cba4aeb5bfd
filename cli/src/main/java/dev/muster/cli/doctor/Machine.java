package dev.muster.cli.doctor;

import dev.muster.worker.http.LoadGenerator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the facts of the machine that this runs on. What it does not tell stays empty. */
public final class Machine {

  private static final Path PROC = Path.of("/proc");
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable: +(\\d+) kB$");
  private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files +(\\d+) ");
  private static final Pattern RANGE = Pattern.compile("(\\d+)\\s+(\\d+)");
  private static final Pattern NUMBER = Pattern.compile("(\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long LOOK_MILLIS = 100;
  private static final int TRIES = 5;

  private Machine() {}

  /**
   * Looks at it, which takes about a tenth of a second.
   *
   * @param coordinatorPort the port that a coordinator would listen on
   */
  public static MachineFacts look(int coordinatorPort) {
    return new MachineFacts(
        Runtime.version().toString(), Runtime.getRuntime().availableProcessors(),
        memory(read(PROC.resolve("meminfo"))), openFiles(read(PROC.resolve("self/limits"))),
        ports(read(PROC.resolve("sys/net/ipv4/ip_local_port_range"))),
        timeWaitReuse(read(PROC.resolve("sys/net/ipv4/tcp_tw_reuse"))),
        LoadGenerator.hasNativeTransport(), coordinatorPort, isFree(coordinatorPort),
        clockSynchronised(), clockStepMillis());
  }

  /** From the text of {@code /proc/meminfo}. */
  static OptionalLong memory(String text) {
    Matcher found = AVAILABLE.matcher(text);
    return found.find()
        ? OptionalLong.of(1_024 * Long.parseLong(found.group(1)))
        : OptionalLong.empty();
  }

  /** From the text of {@code /proc/self/limits}; empty when there is no limit. */
  static OptionalLong openFiles(String text) {
    Matcher found = OPEN_FILES.matcher(text);
    return found.find() ? OptionalLong.of(Long.parseLong(found.group(1))) : OptionalLong.empty();
  }

  /** From the text of {@code ip_local_port_range}, whose ends belong to it. */
  static OptionalLong ports(String text) {
    Matcher found = RANGE.matcher(text);
    return found.find()
        ? OptionalLong.of(Long.parseLong(found.group(2)) - Long.parseLong(found.group(1)) + 1)
        : OptionalLong.empty();
  }

  /** From the text of {@code tcp_tw_reuse}. */
  static OptionalInt timeWaitReuse(String text) {
    Matcher found = NUMBER.matcher(text);
    return found.find() ? OptionalInt.of(Integer.parseInt(found.group(1))) : OptionalInt.empty();
  }

  private static String read(Path file) {
    try {
      // Not readString, which asks for one byte first: a setting of the kernel is then at its end.
      return String.join("\n", Files.readAllLines(file));
    } catch (IOException e) {
      return "";
    }
  }

  /** Whether nobody listens on {@code port} of this machine's loopback. */
  static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<Boolean> clockSynchronised() {
    try {
      Process process = new ProcessBuilder("timedatectl", "show", "-p", "NTPSynchronized",
          "--value")
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .strip();
      return answer.equals("yes") || answer.equals("no")
          ? Optional.of(answer.equals("yes"))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static long clockStepMillis() {
    try {
      long before = wallBeforeMonotonicNanos();
      Thread.sleep(LOOK_MILLIS);
      return (wallBeforeMonotonicNanos() - before) / 1_000_000;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /** The clock's distance from the one that nobody sets, of some readings the least disturbed. */
  private static long wallBeforeMonotonicNanos() {
    long shortest = Long.MAX_VALUE;
    long distance = 0;
    for (int i = 0; i < TRIES; i++) {
      long before = System.nanoTime();
      Instant wall = Instant.now();
      long took = System.nanoTime() - before;
      if (took < shortest) {
        shortest = took;
        distance = wall.getEpochSecond() * 1_000_000_000 + wall.getNano() - before;
      }
    }
    return distance;
  }
}
