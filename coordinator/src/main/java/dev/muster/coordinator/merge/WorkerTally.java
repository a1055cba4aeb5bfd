package dev.muster.coordinator.merge;

/** The ledger of one worker, added up from its snapshots. For one thread. */
public final class WorkerTally {

  private final TimeCounts scheduleLag = new TimeCounts();
  private long sent;
  private long answered;
  private long failed;
  private long inFlight;

  /** Adds a snapshot, each once and in order. */
  public void add(CheckedSnapshot snapshot) {
    sent += snapshot.message().getSent();
    inFlight = snapshot.message().getInFlight();
    for (CheckedSnapshot.Part part : snapshot.parts()) {
      switch (part.key().outcome()) {
        case ANSWERED -> answered += part.count();
        case FAILED -> failed += part.count();
      }
      scheduleLag.add(part.scheduleLag());
    }
  }

  /** The ledger of a worker that has handed in its last snapshot. */
  public Ledger ledger() {
    return new Ledger(sent, answered, failed, inFlight, 0);
  }

  /**
   * The ledger of a worker that was lost: all that it may have sent and that no snapshot tells the end
   * of is lost.
   *
   * @param unknownSent an upper bound of what it sent beyond what its snapshots tell
   */
  public Ledger ledgerOfLost(long unknownSent) {
    long mayHaveSent = sent + unknownSent;
    return new Ledger(mayHaveSent, answered, failed, 0, mayHaveSent - answered - failed);
  }

  /** The generator's own delay, of the requests that ended. */
  public LatencyStats scheduleLag() {
    return LatencyStats.of(scheduleLag.histogram());
  }
}
