package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A coordinator, a target and a distribution of Muster in a place where instances reach them, which become
 * workers by what the product tells them at their first boot. Nothing of it is left, however a test ends.
 */
@SuppressWarnings("NullAway.Init")
final class Ec2Cluster implements AutoCloseable {

  private static final int FILES = 8000;

  private final Path folder;
  private final Ec2 ec2;
  private final String sha256;
  private final Process files;
  private final Muster target;
  private final List<String> coordinatorOptions;
  private Muster coordinator;

  private Ec2Cluster(Path folder, Ec2 ec2, List<String> coordinatorOptions) throws IOException {
    this.folder = folder;
    this.ec2 = ec2;
    this.coordinatorOptions = coordinatorOptions;
    Path served = Files.createDirectory(folder.resolve("served"));
    sha256 = Muster.run(folder, "distribution", "--out", served.resolve("muster.tar.gz").toString())
        .out()
        .substring(0, 64);
    files = serve(FILES);
    target = start("target", "--host", ec2.address(), "--port", "9000");
    target.awaitOutput("/counts");
    startCoordinator();
  }

  /**
   * Starts all of it; skips the test where that cannot be.
   *
   * @param minuteSeconds how long a minute of the timers is that end machines
   * @param coordinatorOptions what the coordinator is told beside where it is
   */
  static Ec2Cluster start(Path folder, double minuteSeconds, String... coordinatorOptions)
      throws IOException {
    Ec2 ec2 = Ec2.start(minuteSeconds);
    try {
      return new Ec2Cluster(folder, ec2, List.of(coordinatorOptions));
    } catch (IOException | RuntimeException | Error e) {
      ec2.close();
      throw e;
    }
  }

  Ec2 ec2() {
    return ec2;
  }

  /** Where the coordinator is. */
  String address() {
    return ec2.address() + ":7400";
  }

  /** A command of somebody who is where the coordinator is. */
  Muster start(String... arguments) {
    return Muster.start(ec2.inside(), Main.class, folder, ec2.environment(), arguments);
  }

  /** As above, to its end. */
  Muster.Ended run(String... arguments) {
    try (Muster command = start(arguments)) {
      return command.awaitEnd();
    }
  }

  /** As {@link #run}, and it must succeed. */
  Muster.Ended succeed(String... arguments) {
    Muster.Ended ended = run(arguments);
    assertThat(ended.exitCode()).as("%s", ended).isZero();
    return ended;
  }

  /** What launches as many as are missing, with {@code more}. */
  String[] spawn(int count, String... more) {
    return spawn(FILES, count, more);
  }

  /** As above, of instances that fetch the distribution at a port. */
  String[] spawn(int port, int count, String... more) {
    return Stream.concat(
        Stream.of(
            "workers", "spawn", "--ec2", "--count", String.valueOf(count), "--type", "c7i.large",
            "--allow-target", ec2.address(), "--to", address(), "--distribution",
            "http://" + ec2.address() + ":" + port + "/muster.tar.gz", "--sha256", sha256, "--yes"),
        Stream.of(more)).toArray(String[]::new);
  }

  /** What hands a plan in, and writes its results to {@code out}. */
  String[] submit(String plan, int workers, String out) {
    return new String[]{"submit", Muster.plan(folder, plan), "--to",
        address(), "--workers", String.valueOf(workers), "--headless", "--out",
        folder.resolve(out).toString()};
  }

  /** The results of the only run in {@code out}. */
  Summary summary(String out) {
    try (Stream<Path> found = Files.walk(folder.resolve(out))) {
      Path file = found.filter(each -> each.endsWith("summary.json")).findFirst().orElseThrow();
      return SummaryJson.parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void startCoordinator() {
    coordinator = start(
        Stream.concat(
            Stream.of("coordinator", "--bind", ec2.address()), coordinatorOptions.stream())
            .toArray(String[]::new));
    coordinator.awaitOutput("Submit plans");
  }

  /** The coordinator is gone from one instant to the next. */
  void killCoordinator() {
    coordinator.close();
    Muster.awaitGone(coordinator.handle());
  }

  /** Serves the distribution at a port. */
  Process serve(int port) throws IOException {
    return new ProcessBuilder(
        Stream.concat(
            ec2.inside().stream(),
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "jwebserver").toString(), "-b",
                ec2.address(), "-p", String.valueOf(port), "-d",
                folder.resolve("served").toString()))
            .toList())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("files-" + port + ".log").toFile())
        .start();
  }

  /** Whether what {@link #serve} has started takes connections. */
  boolean isServed(int port) {
    try {
      return Files.readString(folder.resolve("files-" + port + ".log")).contains("URL");
    } catch (IOException e) {
      return false;
    }
  }

  /** What the coordinator has said, for who wants to know why. */
  String coordinatorSaid() {
    return coordinator.toString();
  }

  /** Waits until it holds. */
  static void await(String what, BooleanSupplier holds) {
    long deadline = System.nanoTime() + Muster.PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(50_000_000);
    }
  }

  @Override
  public void close() {
    var services = new ArrayList<>(List.of(target));
    if (coordinator != null) {
      services.addFirst(coordinator);
    }
    services.forEach(Muster::close);
    files.destroyForcibly();
    ec2.close();
  }
}
