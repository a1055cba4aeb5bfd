package dev.muster.target.balanced;

import dev.muster.target.process.ProcessException;
import dev.muster.target.process.ReservedPorts;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where one process listens, on the loopback address.
 *
 * @param port for customers
 * @param adminPort for what it tells about itself
 */
record Place(int port, int adminPort) {

  /**
   * All places of one balanced service.
   *
   * @param address of the balancer and the counts of all
   */
  record All(InetAddress address, int front, int admin, List<Place> processes) {}

  /** What the balancer calls it. */
  String name() {
    return "process-" + port;
  }

  /**
   * The places that the options ask for, held in {@code ports}.
   *
   * @throws ProcessException if one of them is not free
   */
  static All choose(BalancedOptions options, ReservedPorts ports) {
    InetAddress outside = resolve(options.host());
    var inside = InetAddress.getLoopbackAddress();
    int front = take(ports, outside, options.port(), 0, "--balancer-port");
    int admin = take(ports, outside, options.adminPort(), 0, "--admin-port");
    var processes = new ArrayList<Place>();
    for (int i = 0; i < options.processes(); i++) {
      int port = take(ports, inside, options.firstPort(), i, "--port");
      int own = take(ports, inside, options.adminPort(), 1 + i, "--admin-port");
      processes.add(new Place(port, own));
    }
    return new All(outside, front, admin, List.copyOf(processes));
  }

  // 0 for any.
  private static int take(
      ReservedPorts ports, InetAddress address, int first, int index, String flag) {
    if (first == 0) {
      return ports.any();
    }
    ports.claim(address, first + index, flag);
    return first + index;
  }

  private static InetAddress resolve(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new ProcessException("no address is known for the host " + host, e);
    }
  }
}
