package dev.muster.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A {@link RecordingServer} as a process of its own, on a machine of its own, that may be killed: it says of
 * each whole request that it came before it answers it.
 */
final class DistantServer implements AutoCloseable {

  private static final int PORT = 8_080;

  private final Network network;
  private final Path folder;

  /** The one that answers now is the last of them. */
  private final List<Muster> processes = new ArrayList<>();

  /**
   * A whole request, as the server had it.
   *
   * @param at when, by this machine's clock
   * @param user who sent it
   * @param path what for
   */
  record Seen(Instant at, String user, String path) {}

  private DistantServer(Network network, Path folder) {
    this.network = network;
    this.folder = folder;
  }

  static DistantServer start(Network network, Path folder) {
    var server = new DistantServer(network, folder);
    try {
      server.startAgain();
      return server;
    } catch (AssertionError e) {
      server.close();
      throw e;
    }
  }

  /** Starts it on the same port, after it was killed. */
  void startAgain() {
    Muster process = Muster.start(
        network.on("target"), DistantServer.class, folder, Map.of(), network.targetAddress());
    processes.add(process);
    process.awaitOutput("listens");
  }

  /** The process that answers now, or did last. */
  Muster process() {
    return processes.getLast();
  }

  /** The plan's target. */
  String address() {
    return "http://" + network.targetAddress() + ":" + PORT;
  }

  /** Waits until it has been asked for the first time, and says when that was. */
  Instant awaitFirst() {
    return parsed(processes.getFirst().awaitOutput("asked ")).at();
  }

  /** Ends it, and says all that it was asked. */
  List<Seen> end() {
    close();
    return processes.stream()
        .flatMap(process -> process.awaitEnd().out().lines())
        .filter(line -> line.startsWith("asked "))
        .map(DistantServer::parsed)
        .toList();
  }

  private static Seen parsed(String line) {
    String[] words = line.split(" ", 4);
    return new Seen(Instant.parse(words[1]), words[2], words[3]);
  }

  @Override
  public void close() {
    processes.forEach(Muster::close);
  }

  /** The process: a server at the address that is its argument. */
  public static void main(String[] arguments) throws IOException {
    // Never closed: it is killed.
    var server = RecordingServer.start(
        new InetSocketAddress(arguments[0], PORT),
        request -> System.out
            .println("asked " + Instant.now() + " " + request.user() + " " + request.path()));
    System.out.println("listens at " + server.address());
  }
}
