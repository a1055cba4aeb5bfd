package dev.muster.coordinator.merge;

import dev.muster.v1.Failure;
import dev.muster.v1.Outcome;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import java.util.Optional;

/**
 * Whether a snapshot can be stored and merged. What passes cannot harm the sum: every histogram can be
 * read and has as many requests as its series, and no count is negative.
 */
public final class SnapshotCheck {

  private SnapshotCheck() {}

  /** What is wrong with {@code snapshot} in itself, as a sentence without a full stop. */
  public static Optional<String> problemOf(Snapshot snapshot) {
    if (snapshot.getSequence() < 1 || snapshot.getTick() < 0) {
      return Optional.of(
          "snapshots are numbered from 1 and ticks from 0, not " + snapshot.getSequence() + " and "
              + snapshot.getTick());
    }
    if (snapshot.getUsers() < 0 || snapshot.getSent() < 0 || snapshot.getInFlight() < 0
        || snapshot.getFailuresList().stream().mapToLong(Failure::getCount).anyMatch(c -> c < 0)) {
      return Optional.of("a count of snapshot " + snapshot.getSequence() + " is negative");
    }
    return snapshot.getSeriesList()
        .stream()
        .flatMap(series -> problemOf(series).stream())
        .findFirst()
        .map(problem -> "in snapshot " + snapshot.getSequence() + ", " + problem);
  }

  /**
   * What is wrong with {@code snapshot} in a run of no more than {@code ticks} ticks. Without a bound
   * one snapshot could make a run of as many empty ticks as there are numbers.
   */
  public static Optional<String> problemOf(Snapshot snapshot, long ticks) {
    boolean fits = snapshot.getTick() < ticks && snapshot.getSequence() <= ticks;
    return fits
        ? Optional.empty()
        : Optional.of(
            "tick " + snapshot.getTick() + " in snapshot " + snapshot.getSequence()
                + " is beyond the run, which has no more than " + ticks + " ticks");
  }

  private static Optional<String> problemOf(Series series) {
    if (series.getOutcome() != Outcome.OUTCOME_ANSWERED
        && series.getOutcome() != Outcome.OUTCOME_FAILED) {
      return Optional.of("a series has no outcome");
    }
    if (series.getBodyBytes() < 0) {
      return Optional.of("a count of bytes is negative");
    }
    try {
      boolean agree = Histograms.decoded(series.getResponseTime())
          .getTotalCount() == series.getCount()
          && Histograms.decoded(series.getServiceTime()).getTotalCount() == series.getCount()
          && Histograms.decoded(series.getScheduleLag()).getTotalCount() == series.getCount();
      return agree
          ? Optional.empty()
          : Optional.of(
              "the histograms of " + series.getName() + " do not have " + series.getCount()
                  + " requests each");
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
