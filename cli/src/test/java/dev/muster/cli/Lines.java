package dev.muster.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** What a process says, as far as it has said it. */
final class Lines {

  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  /** Reads {@code in} to its end. */
  static Lines of(InputStream in) {
    var lines = new Lines();
    // Not virtual: reading a pipe holds the carrier, of which there are as few as cores.
    Thread.ofPlatform().daemon().name("lines").start(() -> lines.readAll(in));
    return lines;
  }

  private void readAll(InputStream in) {
    try (var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("(unreadable: " + e + ")");
    } finally {
      end();
    }
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** The first line that {@code fits}, waited for; none if the text ends or the time is up. */
  synchronized Optional<String> await(Predicate<String> fits, Duration atMost) {
    awaitThat(() -> ended || lines.stream().anyMatch(fits), atMost);
    return lines.stream().filter(fits).findFirst();
  }

  /** The whole text, waited for; what there is of it when the time is up. */
  synchronized String text(Duration atMost) {
    awaitThat(() -> ended, atMost);
    return toString();
  }

  private synchronized void awaitThat(BooleanSupplier condition, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    try {
      while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
        wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized String toString() {
    return String.join("\n", lines);
  }
}
