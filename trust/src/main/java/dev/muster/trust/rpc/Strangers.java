package dev.muster.trust.rpc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Who has connected, and who of them is a stranger yet. Where there are too many strangers, the oldest of
 * the address that has most goes: who opens many connections takes the place of nobody else. For any thread.
 *
 * @param <C> a connection
 */
final class Strangers<C> {

  /** What is to be done about one who comes. */
  sealed interface Outcome<C> {

    /** Nothing. */
    record Room<C>() implements Outcome<C> {}

    /** Another is to go. */
    record InsteadOf<C>(C other) implements Outcome<C> {}

    /** It is to go itself. */
    record Full<C>() implements Outcome<C> {}
  }

  private final int mostConnections;
  private final int mostStrangers;
  private final Set<SocketAddress> connected = new HashSet<>();
  private final Map<InetAddress, SequencedMap<SocketAddress, C>> strangers = new HashMap<>();
  private int count;

  Strangers(int mostConnections, int mostStrangers) {
    this.mostConnections = mostConnections;
    this.mostStrangers = mostStrangers;
  }

  /** Somebody connects. */
  synchronized Outcome<C> come(InetSocketAddress from, C connection) {
    if (connected.size() >= mostConnections) {
      return new Outcome.Full<>();
    }
    connected.add(from);
    strangers.computeIfAbsent(from.getAddress(), _ -> new LinkedHashMap<>()).put(from, connection);
    count++;
    return count <= mostStrangers ? new Outcome.Room<>() : new Outcome.InsteadOf<>(takeOldest());
  }

  private C takeOldest() {
    SequencedMap<SocketAddress, C> most = strangers.values()
        .stream()
        .max(Comparator.comparingInt(SequencedMap::size))
        .orElseThrow();
    Map.Entry<SocketAddress, C> oldest = most.firstEntry();
    // At once, as many may go in a burst before the first is closed.
    gone(oldest.getKey());
    return oldest.getValue();
  }

  /** Whether this one has connected and is a stranger yet. */
  synchronized boolean has(SocketAddress from) {
    return from instanceof InetSocketAddress known
        && strangers.getOrDefault(known.getAddress(), new LinkedHashMap<>()).containsKey(from);
  }

  /** It is no stranger any more. */
  synchronized void letIn(SocketAddress from) {
    if (!(from instanceof InetSocketAddress known)) {
      return;
    }
    SequencedMap<SocketAddress, C> ofAddress = strangers.get(known.getAddress());
    if (ofAddress != null && ofAddress.remove(from) != null) {
      count--;
      if (ofAddress.isEmpty()) {
        strangers.remove(known.getAddress());
      }
    }
  }

  /** Its connection is closed. */
  synchronized void gone(SocketAddress from) {
    letIn(from);
    connected.remove(from);
  }
}
