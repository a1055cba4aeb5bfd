package dev.muster.worker.run;

import dev.muster.v1.Snapshot;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The snapshots of one run that are not yet known to be stored. It numbers them and forgets none
 * before it is acknowledged, so that a broken link loses nothing. Pure; for one thread.
 */
final class SnapshotOutbox {

  private final ArrayDeque<Snapshot> waiting = new ArrayDeque<>();
  private long lastSequence;
  private boolean holdsLast;

  /** Numbers a snapshot, keeps it and returns it as it is to be sent. */
  Snapshot add(Snapshot.Builder snapshot) {
    Snapshot numbered = snapshot.setSequence(++lastSequence).build();
    waiting.addLast(numbered);
    holdsLast |= numbered.getLast();
    return numbered;
  }

  /** Forgets every snapshot up to {@code sequence}. */
  void acknowledged(long sequence) {
    while (!waiting.isEmpty() && waiting.getFirst().getSequence() <= sequence) {
      waiting.removeFirst();
    }
  }

  /** What must be sent again when a link is new, in order. */
  List<Snapshot> unacknowledged() {
    return List.copyOf(waiting);
  }

  /** Whether the run's last snapshot has been added and all are acknowledged. */
  boolean isDone() {
    return holdsLast && waiting.isEmpty();
  }
}
