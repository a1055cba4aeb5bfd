package dev.muster.coordinator.merge;

/** The ledger of one worker and how it did, added up from its snapshots. For one thread. */
public final class WorkerTally {

  private final TimeCounts scheduleLag = new TimeCounts();
  private final GeneratorTally generator;
  private long sent;
  private long answered;
  private long failed;
  private long inFlight;

  /** A tally of the worker of this name. */
  public WorkerTally(String name) {
    this.generator = new GeneratorTally(name);
  }

  /** Adds a snapshot, each once and in order. */
  public void add(CheckedSnapshot snapshot) {
    sent += snapshot.message().getSent();
    inFlight = snapshot.message().getInFlight();
    var lagOfTick = new TimeCounts();
    for (CheckedSnapshot.Part part : snapshot.parts()) {
      switch (part.key().outcome()) {
        case ANSWERED -> answered += part.count();
        case FAILED -> failed += part.count();
      }
      scheduleLag.add(part.scheduleLag());
      lagOfTick.add(part.scheduleLag());
    }
    generator.add(snapshot.message(), lagOfTick.microsAt(99) / 1e3);
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

  /** How the worker itself did. */
  public GeneratorTally generator() {
    return generator;
  }

  /** What there is to judge the worker's own part by. */
  public GeneratorEvidence evidence() {
    return generator.evidence(answered + failed);
  }

  /** The generator's own delay, of the requests that ended. */
  public LatencyStats scheduleLag() {
    return LatencyStats.of(scheduleLag.histogram());
  }
}
