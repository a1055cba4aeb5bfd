package dev.muster.worker.run;

import dev.muster.v1.Snapshot;
import java.util.Optional;

/**
 * Which snapshots of a part are not yet known to be stored. It numbers them, and says which to deliver: each
 * once over every link until it is acknowledged, and never so many at once that they pile up anywhere. Pure;
 * for one thread.
 */
final class SnapshotOutbox {

  /** How many may be under way, delivered and not acknowledged. */
  static final int WINDOW = 32;

  /**
   * Snapshots one after another.
   *
   * @param first the number of the first
   * @param last the number of the last
   */
  record Span(long first, long last) {}

  private long stored;
  private long delivered;
  private long last;
  private boolean holdsLast;
  private boolean open;

  /** An outbox for what is measured from now on. */
  static SnapshotOutbox fresh() {
    return new SnapshotOutbox();
  }

  /** An outbox with snapshots that another process has numbered, after which nothing comes. */
  static SnapshotOutbox of(Span kept) {
    var outbox = new SnapshotOutbox();
    outbox.stored = kept.first() - 1;
    outbox.delivered = outbox.stored;
    outbox.last = kept.last();
    outbox.holdsLast = true;
    return outbox;
  }

  private SnapshotOutbox() {}

  /** Numbers a snapshot. */
  Snapshot add(Snapshot.Builder snapshot) {
    Snapshot numbered = snapshot.setSequence(++last).build();
    holdsLast |= numbered.getLast();
    return numbered;
  }

  /** There is a new link, over which nothing has been delivered. */
  void linkIsNew() {
    open = true;
    delivered = stored;
  }

  /** There is no link. */
  void linkBroke() {
    open = false;
  }

  /** What to deliver now, which counts as delivered from here on. */
  Optional<Span> next() {
    long upTo = Math.min(last, stored + WINDOW);
    if (!open || upTo <= delivered) {
      return Optional.empty();
    }
    var span = new Span(delivered + 1, upTo);
    delivered = upTo;
    return Optional.of(span);
  }

  /** Every snapshot up to {@code sequence} is stored. */
  void acknowledged(long sequence) {
    stored = Math.max(stored, Math.min(sequence, last));
    delivered = Math.max(delivered, stored);
  }

  /** Whether the last snapshot of all has been added and all are acknowledged. */
  boolean isDone() {
    return holdsLast && stored == last;
  }
}
