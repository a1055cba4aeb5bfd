package dev.muster.target.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports of the loopback address. */
public final class Ports {
  private Ports() {}

  /**
   * One that is free now. Another process may take it before it is used; a program that cannot choose
   * its own port leaves no better way.
   *
   * @throws ProcessException if there is none
   */
  public static int free() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new ProcessException("this machine has no free port: " + e.getMessage(), e);
    }
  }
}
