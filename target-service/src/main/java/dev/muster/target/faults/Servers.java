package dev.muster.target.faults;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * A queue in front of so many servers, as arithmetic: time is an argument. Requests begin in the order
 * of their arrival. One that waited begins at the very instant at which a server became free, however
 * late that is noticed; so with n servers and a service of s, exactly n / s are served.
 *
 * @param <T> a request
 */
final class Servers<T> {
  // In the order of arrival, each with its instant.
  private final LinkedHashMap<T, Long> waiting = new LinkedHashMap<>();
  private int servers;
  private int busy;

  /** A request that begins to be served at this instant. */
  record Begun<T>(T request, long nanos) {}

  /** So many servers; 0 for one for each request. */
  Servers(int servers) {
    this.servers = servers;
  }

  /** A request arrives; whether it is served at once. If not, it waits, and will be returned by others. */
  boolean enter(T request, long nanos) {
    if (waiting.isEmpty() && hasFree()) {
      busy++;
      return true;
    }
    waiting.put(request, nanos);
    return false;
  }

  /** A request has been served at this instant; the ones that begin for it, at most one. */
  List<Begun<T>> leave(long nanos) {
    busy--;
    return begin(nanos);
  }

  /** Whether a waiting request could be taken back; it is forgotten then. */
  boolean remove(T request) {
    return waiting.remove(request) != null;
  }

  /** From this instant on there are so many servers; returns those who begin for it. */
  List<Begun<T>> resize(int next, long nanos) {
    servers = next;
    return begin(nanos);
  }

  private boolean hasFree() {
    return servers == 0 || busy < servers;
  }

  private List<Begun<T>> begin(long nanos) {
    var begun = new ArrayList<Begun<T>>();
    while (hasFree() && !waiting.isEmpty()) {
      var first = waiting.pollFirstEntry();
      // A server that became free before the request arrived was idle until then.
      long since = first.getValue() - nanos;
      begun.add(new Begun<>(first.getKey(), nanos + Math.max(0, since)));
      busy++;
    }
    return begun;
  }
}
