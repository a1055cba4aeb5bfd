package dev.muster.target;

import dev.muster.target.faults.Faults;
import dev.muster.target.store.CustomerSource;
import java.time.Duration;

/**
 * How the service listens. {@link #defaults()} is the customer API as it was measured in the
 * published experiment: a new connection for each request, cut when a client is slow.
 *
 * @param host the name or address that both listeners bind
 * @param port of the customer API, 0 … 65535; 0 takes any free one
 * @param adminPort of the counts, 0 … 65535; 0 takes any free one
 * @param backlog how many connections may wait to be accepted; positive, the system may allow fewer
 * @param keepAlive whether a connection serves more than one request; one that is kept and idle for
 *     60 s is closed
 * @param readTimeout the longest that a request may take to arrive whole, from the connection on, or
 *     on a kept connection from its first byte on; positive
 * @param writeTimeout the longest that an answer may take to be handed to the socket, from the whole
 *     request on and beside the time that it takes because of a fault; positive
 * @param source where the customers are looked up
 * @param faults how the service misbehaves at first
 */
public record TargetOptions(
    String host,
    int port,
    int adminPort,
    int backlog,
    boolean keepAlive,
    Duration readTimeout,
    Duration writeTimeout,
    CustomerSource source,
    Faults faults) {

  private static final int MAX_PORT = 65_535;

  public TargetOptions {
    checkPort("port", port);
    checkPort("adminPort", adminPort);
    if (backlog < 1) {
      throw new IllegalArgumentException("backlog must be positive (was " + backlog + ")");
    }
    checkPositive("readTimeout", readTimeout);
    checkPositive("writeTimeout", writeTimeout);
  }

  /**
   * Ports 10000 and 10900 on the loopback address; 5 s to read, 10 s to write; no keep-alive; the
   * data in memory; no faults.
   */
  public static TargetOptions defaults() {
    return new TargetOptions("127.0.0.1", 10_000, 10_900, 16_384, false, Duration.ofSeconds(5),
        Duration.ofSeconds(10), new CustomerSource.Memory(), Faults.NONE);
  }

  /** These options on another host. */
  public TargetOptions withHost(String other) {
    return new TargetOptions(other, port, adminPort, backlog, keepAlive, readTimeout, writeTimeout,
        source, faults);
  }

  /** These options on other ports. */
  public TargetOptions withPorts(int otherPort, int otherAdminPort) {
    return new TargetOptions(host, otherPort, otherAdminPort, backlog, keepAlive, readTimeout,
        writeTimeout, source, faults);
  }

  /** These options with another backlog. */
  public TargetOptions withBacklog(int other) {
    return new TargetOptions(host, port, adminPort, other, keepAlive, readTimeout, writeTimeout,
        source, faults);
  }

  /** These options with connections kept, or not. */
  public TargetOptions withKeepAlive(boolean other) {
    return new TargetOptions(host, port, adminPort, backlog, other, readTimeout, writeTimeout,
        source, faults);
  }

  /** These options with other timeouts. */
  public TargetOptions withTimeouts(Duration read, Duration write) {
    return new TargetOptions(host, port, adminPort, backlog, keepAlive, read, write, source,
        faults);
  }

  /** These options with another store. */
  public TargetOptions withSource(CustomerSource other) {
    return new TargetOptions(host, port, adminPort, backlog, keepAlive, readTimeout, writeTimeout,
        other, faults);
  }

  /** These options with other faults. */
  public TargetOptions withFaults(Faults other) {
    return new TargetOptions(host, port, adminPort, backlog, keepAlive, readTimeout, writeTimeout,
        source, other);
  }

  private static void checkPort(String name, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(name + " must be 0 … 65535 (was " + port + ")");
    }
  }

  private static void checkPositive(String name, Duration timeout) {
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException(name + " must be positive (was " + timeout + ")");
    }
  }
}
