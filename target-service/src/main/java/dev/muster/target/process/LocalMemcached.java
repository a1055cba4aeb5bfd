package dev.muster.target.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The installed memcached, running empty for a user who has none, on a free port of the loopback
 * address. One that ends is started again, empty. Safe for use by many threads.
 */
public final class LocalMemcached implements AutoCloseable {
  private static final String NAME = "memcached";
  private static final String HOST = "127.0.0.1";
  private static final String MEGABYTES = "64";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ServiceFolder folder;
  private final ReservedPorts ports;
  private final Supervised process;
  private final int port;

  private LocalMemcached(ServiceFolder folder, ReservedPorts ports, Supervised process, int port) {
    this.folder = folder;
    this.ports = ports;
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it; on return it takes connections.
   *
   * @throws ProcessException if it is not installed, or does not start
   */
  public static LocalMemcached start() {
    Path program = Programs.require(NAME, "a cache of Muster's own");
    var folder = ServiceFolder.create(NAME);
    var ports = new ReservedPorts();
    try {
      return start(program, folder, ports);
    } catch (RuntimeException e) {
      ports.close();
      folder.close();
      throw e;
    }
  }

  private static LocalMemcached start(Path program, ServiceFolder folder, ReservedPorts ports) {
    int port = ports.any();
    var command = new ArrayList<>(List.of(
        program.toString(), "-l", HOST, "-p", Integer.toString(port), "-U", "0", "-m", MEGABYTES));
    if (folder.isOfRoot()) {
      command.addAll(List.of("-u", "root"));
    }
    var launch = new ServiceProcess.Launch(NAME, command, Map.of(), folder.file("log"));
    var process = Supervised.start(() -> launch, started -> started.awaitPort(port, PATIENCE));
    process.await();
    return new LocalMemcached(folder, ports, process, port);
  }

  /** Where it listens: the loopback address. */
  public String host() {
    return HOST;
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** The number of the process that runs now, or ran last. */
  public long pid() {
    return process.pid();
  }

  /** Ends it. */
  @Override
  public void close() {
    process.close();
    ports.close();
    folder.close();
  }
}
