package dev.muster.target.balanced;

import dev.muster.target.process.Ports;
import dev.muster.target.process.ProcessException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
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
   * The places that the options ask for, all of them free now.
   *
   * @throws ProcessException if one of them is not
   */
  static All choose(BalancedOptions options) {
    InetAddress outside = resolve(options.host());
    int count = options.processes();
    // Taken together, so that none is taken twice.
    var free = new ArrayList<>(Ports.free(2 + 2 * count));
    int front = options.port() == 0 ? free.removeLast() : options.port();
    int admin = options.adminPort() == 0 ? free.removeLast() : options.adminPort();
    var processes = new ArrayList<Place>();
    for (int i = 0; i < count; i++) {
      int port = options.firstPort() == 0 ? free.removeLast() : options.firstPort() + i;
      int own = options.adminPort() == 0 ? free.removeLast() : options.adminPort() + 1 + i;
      processes.add(new Place(port, own));
    }
    var all = new All(outside, front, admin, List.copyOf(processes));
    check(all);
    return all;
  }

  private static void check(All all) {
    var inside = InetAddress.getLoopbackAddress();
    var taken = new HashSet<Integer>();
    claim(taken, all.address(), all.front(), "--balancer-port");
    claim(taken, all.address(), all.admin(), "--admin-port");
    for (Place place : all.processes()) {
      claim(taken, inside, place.port(), "--port");
      claim(taken, inside, place.adminPort(), "--admin-port");
    }
  }

  private static void claim(HashSet<Integer> taken, InetAddress address, int port, String flag) {
    if (!taken.add(port)) {
      throw new ProcessException(
          "port " + port + " is asked for twice; choose another with " + flag, null);
    }
    Ports.requireFree(address, port, flag);
  }

  private static InetAddress resolve(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new ProcessException("no address is known for the host " + host, e);
    }
  }
}
