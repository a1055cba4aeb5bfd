package dev.muster.simulation;

import dev.muster.v1.Snapshot;
import dev.muster.worker.run.PartId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A machine's disk, on which one worker process after another keeps what is not stored. */
final class Host {

  private final Map<PartId, NavigableMap<Long, Snapshot>> kept = new LinkedHashMap<>();

  void keep(PartId of, Snapshot snapshot) {
    kept.computeIfAbsent(of, _ -> new TreeMap<>()).put(snapshot.getSequence(), snapshot);
  }

  List<Snapshot> read(PartId of, long first, long last) {
    NavigableMap<Long, Snapshot> snapshots = kept.getOrDefault(of, new TreeMap<>());
    var read = List.copyOf(snapshots.subMap(first, true, last, true).values());
    if (read.size() != last - first + 1) {
      throw new IllegalStateException(
          "snapshots " + first + " to " + last + " of " + of + " are no longer kept");
    }
    return read;
  }

  void release(PartId of, long upTo) {
    if (kept.containsKey(of)) {
      kept.get(of).headMap(upTo, true).clear();
    }
  }

  void forget(PartId of) {
    kept.remove(of);
  }

  boolean has(PartId of, long sequence) {
    return kept.containsKey(of) && kept.get(of).containsKey(sequence);
  }

  /** What others than {@code worker} have left, of which anything is there. */
  Map<PartId, NavigableMap<Long, Snapshot>> leftToOthersThan(String worker) {
    var left = new LinkedHashMap<PartId, NavigableMap<Long, Snapshot>>();
    kept.forEach((of, snapshots) -> {
      if (!of.worker().equals(worker) && !snapshots.isEmpty()) {
        left.put(of, snapshots);
      }
    });
    return left;
  }
}
