package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A coordinator, a target and a distribution of Muster in a place where instances reach them, which become
 * workers by what the product tells them at their first boot. Nothing of it is left, however a test ends.
 */
@SuppressWarnings("NullAway.Init")
final class Ec2Cluster implements AutoCloseable {

  private static final int FILES = 8000;
  private static final int PORT = 7400;

  /** Where a coordinator is: the command that starts others there, and its address. */
  record Seat(List<String> inside, String address) {}

  private final Path folder;
  private final Ec2 ec2;
  private final List<String> coordinatorOptions;
  private Seat seat;
  private Muster coordinator;
  private @Nullable Muster target;
  private @Nullable Process files;
  private String sha256 = "";

  private Ec2Cluster(Path folder, Ec2 ec2, List<String> coordinatorOptions) {
    this.folder = folder;
    this.ec2 = ec2;
    this.coordinatorOptions = coordinatorOptions;
  }

  /**
   * Starts the coordinator, and the rest when it is wanted; skips the test where that cannot be.
   *
   * @param minuteSeconds how long a minute of the timers is that end machines
   * @param coordinatorOptions what the coordinator is told beside where it is
   */
  static Ec2Cluster start(Path folder, double minuteSeconds, String... coordinatorOptions) {
    return start(
        folder, minuteSeconds, ec2 -> new Seat(ec2.inside(), ec2.address()), coordinatorOptions);
  }

  /** As above, with its coordinator at a place of its own. */
  static Ec2Cluster start(
      Path folder, double minuteSeconds, Function<Ec2, Seat> seat, String... coordinatorOptions) {
    Ec2 ec2 = Ec2.start(minuteSeconds);
    var cluster = new Ec2Cluster(folder, ec2, List.of(coordinatorOptions));
    try {
      cluster.seat = seat.apply(ec2);
      cluster.startCoordinator();
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  Ec2 ec2() {
    return ec2;
  }

  /** Where the coordinator is. */
  String address() {
    return seat.address() + ":" + PORT;
  }

  /** A command of somebody whom instances reach, beside the target. */
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
    return spawnFrom(FILES, count, more);
  }

  /** As above, of instances that fetch the distribution at another port. */
  String[] spawnFrom(int port, int count, String... more) {
    return spawnFetching(port, sha256(), count, more);
  }

  /** As above, of instances that are told that the distribution has this sum. */
  String[] spawnOfSum(String sum, int count, String... more) {
    var _ = sha256();
    return spawnFetching(FILES, sum, count, more);
  }

  private String[] spawnFetching(int port, String sum, int count, String... more) {
    return joined(
        spawnUntold(count, more), "--distribution",
        "http://" + ec2.address() + ":" + port + "/muster.tar.gz", "--sha256", sum);
  }

  /** As above, of instances of which is not said where they fetch Muster. */
  String[] spawnUntold(int count, String... more) {
    return joined(
        new String[]{"workers", "spawn", "--ec2", "--count", String.valueOf(count), "--type",
            "c7i.large", "--allow-target", ec2.address(), "--to", address(), "--yes"},
        more);
  }

  private static String[] joined(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  /** What hands a plan in whose target is {@code TARGET}, and writes its results to {@code out}. */
  String[] submit(String plan, int workers, String out) {
    return new String[]{"submit",
        Muster.plan(folder, plan.replace("TARGET", ec2.address() + ":" + target())), "--to",
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
    var environment = new HashMap<>(ec2.environment());
    // So that it tells who joins and leaves.
    environment.put("MUSTER_LOG", "INFO");
    coordinator = Muster.start(
        seat.inside(), Main.class, folder, environment, joined(
            new String[]{"coordinator", "--bind", seat.address()},
            coordinatorOptions.toArray(String[]::new)));
    coordinator.awaitOutput("Submit plans");
  }

  /** The coordinator is gone from one instant to the next. */
  void killCoordinator() {
    coordinator.close();
    Muster.awaitGone(coordinator.handle());
  }

  private int target() {
    if (target == null) {
      target = start("target", "--host", ec2.address(), "--port", "9000");
      target.awaitOutput("/counts");
    }
    return 9000;
  }

  /** The sum of the distribution, which lies there from now on. */
  private String sha256() {
    if (files == null) {
      // The folder is there once something is served.
      files = serve(FILES);
      Path archive = folder.resolve("served/muster.tar.gz");
      sha256 = Muster.run(folder, "distribution", "--out", archive.toString())
          .out()
          .substring(0, 64);
    }
    return sha256;
  }

  /** Serves the distribution at a port. */
  Process serve(int port) {
    try {
      Files.createDirectories(folder.resolve("served"));
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
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether what {@link #serve} has started takes connections. */
  boolean isServed(int port) {
    try {
      return Files.readString(folder.resolve("files-" + port + ".log")).contains("URL");
    } catch (IOException e) {
      return false;
    }
  }

  /** What the coordinator has told of its workers so far, and whatever else. */
  String coordinatorSaid() {
    return coordinator.progress();
  }

  /** The instances of a fleet that EC2 has ever launched, in order. */
  List<String> launched(String fleet) {
    return records(fleet).stream().map(each -> each.path("id").asString()).toList();
  }

  /** What the stand-in has written down of them. */
  List<JsonNode> records(String fleet) {
    return ec2.instances()
        .stream()
        .filter(each -> fleetOf(each).equals(fleet))
        .toList();
  }

  private static String fleetOf(JsonNode instance) {
    return instance.path("tags").path("muster:fleet").asString();
  }

  /** Whether EC2 says that all instances of a fleet have ended, of which there have to be some. */
  boolean isEnded(String fleet) {
    List<String> all = launched(fleet);
    return !all.isEmpty() && all.stream().map(ec2::state).allMatch("terminated"::equals);
  }

  /** The run that was submitted last. */
  String newestRun() {
    return succeed("runs", "list", "--to", address()).out().split(" ", 2)[0];
  }

  /** Ends what is left of any fleet and its run: for a test that has failed, so that it fails alone. */
  void endAll() {
    List<String> left = ec2.instances()
        .stream()
        .map(Ec2Cluster::fleetOf)
        .filter(fleet -> !fleet.isEmpty())
        .distinct()
        .filter(fleet -> !isEnded(fleet))
        .toList();
    if (!left.isEmpty()) {
      run("runs", "stop", newestRun(), "--now", "--to", address());
    }
    left.forEach(fleet -> run("workers", "terminate", "--ec2", "--fleet", fleet));
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
    if (coordinator != null) {
      coordinator.close();
    }
    if (target != null) {
      target.close();
    }
    if (files != null) {
      files.destroyForcibly();
    }
    ec2.close();
  }
}
