package dev.muster.cli;

import dev.muster.cli.Muster.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code muster coordinator} on a free port and workers that have joined it, each a process. */
final class Cluster implements AutoCloseable {

  private static final Pattern TOKEN = Pattern.compile("MUSTER_JOIN=(\\S+) muster worker");
  private static final Pattern LISTENS = Pattern.compile("listens on (\\S+:[1-9]\\d*)\\.");

  private final Place place;
  private final Path folder;
  private Muster coordinator;
  private final String address;
  private final String token;
  private final List<Muster> workers = new ArrayList<>();

  /** Where a process runs. */
  interface Place {

    /** The command in front of that of {@code process}, which is {@code coordinator} or a worker's name. */
    List<String> of(String process);
  }

  private Cluster(Place place, Path folder, Muster coordinator, String address, String token) {
    this.place = place;
    this.folder = folder;
    this.coordinator = coordinator;
    this.address = address;
    this.token = token;
  }

  /** Starts a coordinator and as many workers, {@code worker-1} and so on. */
  static Cluster start(Path folder, int workers, String... options) {
    Cluster cluster = start(_ -> List.of(), folder, options);
    for (int number = 1; number <= workers; number++) {
      cluster.join("worker-" + number);
    }
    return cluster;
  }

  /** Starts a coordinator in its place; commands run there too. */
  static Cluster start(Place place, Path folder, String... options) {
    Muster coordinator = coordinator(place, folder, "0", options);
    String line = coordinator.awaitOutput("listens on");
    Matcher address = LISTENS.matcher(line);
    if (!address.find()) {
      coordinator.close();
      throw new AssertionError("no address in: " + line);
    }
    Matcher token = TOKEN.matcher(coordinator.awaitOutput("MUSTER_JOIN="));
    if (!token.find()) {
      coordinator.close();
      throw new AssertionError("no token from: " + coordinator);
    }
    return new Cluster(place, folder, coordinator, address.group(1), token.group(1));
  }

  /** Kills the coordinator as nothing else does, and waits until it is gone. */
  void killCoordinator() {
    coordinator.signal("KILL");
    Muster.awaitGone(coordinator.handle());
  }

  private static Muster coordinator(Place place, Path folder, String port, String... options) {
    return Muster.start(
        place.of("coordinator"), Main.class, folder, Map.of(),
        Stream.concat(Stream.of("coordinator", "--port", port), Stream.of(options))
            .toArray(String[]::new));
  }

  /** Starts a coordinator with the same data on the same port, when the one before has ended. */
  void startCoordinatorAgain(String... options) {
    coordinator = coordinator(
        place, folder, address.substring(address.lastIndexOf(':') + 1), options);
    coordinator.awaitOutput("listens on");
  }

  /** Starts one more worker, with more options. */
  Muster join(String name, String... more) {
    return join(Main.class, name, more);
  }

  /** As above, by another main class that ends up in the command's own. */
  Muster join(Class<?> main, String name, String... more) {
    var command = new ArrayList<>(
        List.of(
            "worker", "--join", address, "--name", name, "--event-loops", "1",
            "--allow-target", "127.0.0.0/8", "--allow-target", "no-such-host.invalid"));
    command.addAll(List.of(more));
    if (!command.contains("--give-up-after")) {
      command.addAll(List.of("--give-up-after", "2"));
    }
    Muster worker = Muster.start(
        place.of(name), main, folder, Map.of("MUSTER_JOIN", token),
        command.toArray(String[]::new));
    workers.add(worker);
    return worker;
  }

  /** The token that the coordinator printed. */
  String token() {
    return token;
  }

  String address() {
    return address;
  }

  Muster coordinator() {
    return coordinator;
  }

  List<Muster> workers() {
    return workers;
  }

  /** {@code muster command… --to} this cluster's coordinator, to its end. */
  Ended ask(String... command) {
    try (Muster muster = start(command)) {
      return muster.awaitEnd();
    }
  }

  /** {@code muster command… --to} this cluster's coordinator. */
  Muster start(String... command) {
    return Muster.start(place.of("coordinator"), Main.class, folder, Map.of(), to(command));
  }

  private String[] to(String... command) {
    return Stream.concat(Stream.of(command), Stream.of("--to", address)).toArray(String[]::new);
  }

  /** Writes a plan to a file of its own, and says where. */
  String plan(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name + ".yaml"), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    workers.forEach(Muster::close);
    coordinator.close();
  }
}
