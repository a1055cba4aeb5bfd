package dev.muster.target.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports of this machine. */
public final class Ports {
  private Ports() {}

  /**
   * One of the loopback address that is free now. Another process may take it before it is used; a
   * program that cannot choose its own port leaves no better way.
   *
   * @throws ProcessException if there is none
   */
  public static int free() {
    return free(1).getFirst();
  }

  /**
   * So many different ones of the loopback address that are free now.
   *
   * @throws ProcessException if there are not that many
   */
  public static List<Integer> free(int count) {
    var held = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new ProcessException("this machine has no free port: " + e.getMessage(), e);
    } finally {
      held.forEach(Ports::release);
    }
  }

  /**
   * Makes sure that one can listen there.
   *
   * @param flag the command line's word for another port, for the error
   * @throws ProcessException if it is in use, or the address is not one of this machine
   */
  public static void requireFree(InetAddress address, int port, String flag) {
    String place = "port " + port + " on " + address.getHostAddress();
    try (var probe = new ServerSocket()) {
      // As servers do: connections of the past are no hindrance.
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(address, port));
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      throw new ProcessException(reason.contains("in use")
          ? place + " is in use; choose another with " + flag
          : "cannot listen on " + place + ": " + reason, e);
    }
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new ProcessException("a port cannot be given back: " + e.getMessage(), e);
    }
  }
}
