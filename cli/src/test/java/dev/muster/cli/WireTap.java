package dev.muster.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between two processes, keeps every byte that passes, and cuts all connections when told to. */
final class WireTap implements AutoCloseable {

  private final ServerSocket listener;
  private final int to;
  private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  private WireTap(ServerSocket listener, int to) {
    this.listener = listener;
    this.to = to;
  }

  /** A tap in front of {@code address}, on this machine. */
  static WireTap before(String address) {
    try {
      var tap = new WireTap(
          new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
          Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
      Thread.ofVirtual().start(tap::accept);
      return tap;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket from = listener.accept();
        Socket onwards = new Socket(InetAddress.getLoopbackAddress(), to);
        sockets.addAll(List.of(from, onwards));
        Thread.ofVirtual().start(() -> pass(from, onwards));
        Thread.ofVirtual().start(() -> pass(onwards, from));
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private void pass(Socket from, Socket onwards) {
    try (from; onwards) {
      InputStream in = from.getInputStream();
      OutputStream out = onwards.getOutputStream();
      byte[] piece = new byte[8_192];
      for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
        synchronized (passed) {
          passed.write(piece, 0, length);
        }
        out.write(piece, 0, length);
      }
    } catch (IOException e) {
      // One side has gone; the other is closed.
    }
  }

  /** Where it is reached. */
  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Every byte that passed, in either direction, as Latin-1. */
  String passed() {
    synchronized (passed) {
      return passed.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /** Breaks the connections that stand; new ones may be made. */
  void cut() {
    var standing = new ArrayList<>(sockets);
    sockets.removeAll(standing);
    standing.forEach(WireTap::close);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
