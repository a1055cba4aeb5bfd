package dev.muster.coordinator.rpc;

import dev.muster.trust.Holder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Who holds which worker's id: a certificate that is genuine does not make one another worker. The ids of
 * those whose streams are open are kept, and of those that have left the newest. For any thread.
 */
final class IdHolders {

  private record Open(Holder holder, int streams) {}

  private final int mostLeft;
  private final Map<String, Open> open = new HashMap<>();
  private final SequencedMap<String, Holder> left = new LinkedHashMap<>();

  IdHolders(int mostLeft) {
    this.mostLeft = mostLeft;
  }

  /** Lets {@code holder} have {@code id} for one more stream, unless it is another's. */
  synchronized boolean claim(String id, Holder holder) {
    Open now = open.get(id);
    Holder known = now == null ? left.getOrDefault(id, holder) : now.holder();
    if (!known.equals(holder)) {
      return false;
    }
    left.remove(id);
    open.put(id, new Open(holder, now == null ? 1 : now.streams() + 1));
    return true;
  }

  /** A stream for which the id was claimed has ended. */
  synchronized void release(String id) {
    Open now = open.remove(id);
    if (now == null) {
      return;
    }
    if (now.streams() > 1) {
      open.put(id, new Open(now.holder(), now.streams() - 1));
      return;
    }
    left.putLast(id, now.holder());
    if (left.size() > mostLeft) {
      left.pollFirstEntry();
    }
  }
}
