package dev.muster.target.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports of this machine that stay those of the programs they were taken for, also while one of these
 * has yet to start, or is started again: until this is closed the system gives none of them to a
 * connection, and none to whoever asks for any port. Linux's rule, by which this works: a socket
 * that is bound and does not listen keeps its port for those who set {@code SO_REUSEADDR}, as every
 * server does. Safe for use by many threads.
 */
public final class ReservedPorts implements AutoCloseable {
  private final List<Socket> holders = new ArrayList<>();

  /** None at first. */
  public ReservedPorts() {}

  /**
   * One of the loopback address that was free.
   *
   * @throws ProcessException if there is none
   */
  public synchronized int any() {
    try {
      return hold(InetAddress.getLoopbackAddress(), 0);
    } catch (IOException e) {
      throw new ProcessException("this machine has no free port: " + e.getMessage(), e);
    }
  }

  /**
   * A certain one.
   *
   * @param flag the command line's word for another port, for the error
   * @throws ProcessException if somebody listens there, or it was taken before, or the address is
   *     not one of this machine
   */
  public synchronized void claim(InetAddress address, int port, String flag) {
    if (holders.stream().anyMatch(holder -> holder.getLocalPort() == port)) {
      throw new ProcessException(
          "port " + port + " is asked for twice; choose another with " + flag, null);
    }
    try {
      var _ = hold(address, port);
    } catch (IOException e) {
      String place = "port " + port + " on " + address.getHostAddress();
      String reason = String.valueOf(e.getMessage());
      throw new ProcessException(reason.contains("in use")
          ? place + " is in use; choose another with " + flag
          : "cannot listen on " + place + ": " + reason, e);
    }
  }

  /** Gives all of them back. */
  @Override
  public synchronized void close() {
    for (Socket holder : holders) {
      try {
        holder.close();
      } catch (IOException e) {
        throw new ProcessException("a port cannot be given back: " + e.getMessage(), e);
      }
    }
    holders.clear();
  }

  private int hold(InetAddress address, int port) throws IOException {
    var holder = new Socket();
    try {
      holder.setReuseAddress(true);
      holder.bind(new InetSocketAddress(address, port));
    } catch (IOException e) {
      holder.close();
      throw e;
    }
    holders.add(holder);
    return holder.getLocalPort();
  }
}
