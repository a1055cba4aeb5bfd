package dev.muster.target.balanced;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What stands behind one address.
 *
 * @param host the name or address that the balancer and the counts listen on; the processes listen
 *     on the loopback address only
 * @param port of the balancer, 0 … 65535; 0 takes any free one
 * @param adminPort of the counts of all, 0 … 65535; the processes' own are on the ports that follow
 *     it; 0 takes any free ones
 * @param firstPort of the processes, which follow each other, 0 … 65535; 0 takes any free ones
 * @param processes how many; positive
 * @param keepAlive whether a client's connection serves more than one request
 * @param readTimeout the longest that a client may take to send a request's head; positive
 * @param command what starts a process; {@code --port N --admin-port M} is appended. It answers GET
 *     {@code /health} on that admin port once it is of use, and ends cleanly when it is terminated
 * @param environment added to ours for each process; the place for secrets
 * @param logs a folder for what the processes and the balancer write; made where it is not there
 */
public record BalancedOptions(
    String host,
    int port,
    int adminPort,
    int firstPort,
    int processes,
    boolean keepAlive,
    Duration readTimeout,
    List<String> command,
    Map<String, String> environment,
    Path logs) {

  /** How many processes there are unless asked otherwise. */
  public static final int PROCESSES = 5;

  private static final int MAX_PORT = 65_535;

  public BalancedOptions {
    if (processes < 1) {
      throw new IllegalArgumentException("processes must be positive (was " + processes + ")");
    }
    checkPort("port", port, port);
    checkPort("adminPort", adminPort, adminPort == 0 ? 0 : adminPort + processes);
    checkPort("firstPort", firstPort, firstPort == 0 ? 0 : firstPort + processes - 1);
    if (!readTimeout.isPositive()) {
      throw new IllegalArgumentException("readTimeout must be positive (was " + readTimeout + ")");
    }
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** Without the environment, which may hold secrets. */
  @Override
  public String toString() {
    return processes + " processes of " + String.join(" ", command) + " behind port " + port
        + " of " + host;
  }

  private static void checkPort(String name, int first, int last) {
    if (first < 0 || last > MAX_PORT) {
      throw new IllegalArgumentException(
          name + " and what follows it must be 0 … 65535 (was " + first + " … " + last + ")");
    }
  }
}
