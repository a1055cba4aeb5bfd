package dev.muster.coordinator.merge;

import dev.muster.v1.Outcome;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import org.HdrHistogram.Histogram;

/** The ledger of one worker, added up from its snapshots. For one thread. */
public final class WorkerTally {

  private final Histogram scheduleLag = SeriesTimes.emptyHistogram();
  private long sent;
  private long answered;
  private long failed;
  private long inFlight;

  /** Adds a snapshot, each once and in order. */
  public void add(Snapshot snapshot) {
    sent += snapshot.getSent();
    inFlight = snapshot.getInFlight();
    for (Series series : snapshot.getSeriesList()) {
      if (series.getOutcome() == Outcome.OUTCOME_ANSWERED) {
        answered += series.getCount();
      } else {
        failed += series.getCount();
      }
      scheduleLag.add(Histograms.decoded(series.getScheduleLag()));
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
    return LatencyStats.of(scheduleLag);
  }
}
