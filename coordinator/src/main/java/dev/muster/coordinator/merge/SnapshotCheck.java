package dev.muster.coordinator.merge;

import com.google.protobuf.ByteString;
import dev.muster.v1.Failure;
import dev.muster.v1.Generator;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Whether a snapshot can be stored and merged. What passes cannot harm the sum: every histogram can be
 * read and has as many requests as its series, or fewer where some may not have come so far, no count is
 * negative or so large that a sum could overflow, and a kind of failure is a word.
 */
public final class SnapshotCheck {

  /** More than any worker sends or receives in a second; a million of them are still a {@code long}. */
  private static final long MOST = 1L << 40;

  /** Words such as {@code status_503}, and the names of checks as plans may have them. */
  private static final Pattern KIND = Pattern.compile(
      "[a-z0-9_]{1,40}|check_[A-Za-z0-9][A-Za-z0-9_.-]{0,199}");

  private SnapshotCheck() {}

  /**
   * Reads {@code snapshot} through.
   *
   * @throws IllegalArgumentException if something is wrong with it in itself, as a sentence without a
   *     full stop
   */
  public static CheckedSnapshot checked(Snapshot snapshot) {
    long sequence = snapshot.getSequence();
    if (sequence < 1 || snapshot.getTick() < 0) {
      throw new IllegalArgumentException(
          "snapshots are numbered from 1 and ticks from 0, not " + sequence + " and "
              + snapshot.getTick());
    }
    if (!areIterations(snapshot)) {
      throw new IllegalArgumentException(
          "in snapshot " + sequence + ", the iterations that users began do not fit their lanes");
    }
    boolean areCounts = isCount(snapshot.getUsers()) && isCount(snapshot.getSent())
        && isCount(snapshot.getGenerator().getHeldBack()) && isCount(snapshot.getDropped())
        && isCount(snapshot.getInFlight())
        && snapshot.getFailuresList()
            .stream()
            .mapToLong(Failure::getCount)
            .allMatch(
                SnapshotCheck::isCount);
    if (!areCounts) {
      throw new IllegalArgumentException(
          "a count of snapshot " + sequence + " is not between 0 and " + MOST);
    }
    for (Failure failure : snapshot.getFailuresList()) {
      if (!KIND.matcher(failure.getKind()).matches()) {
        throw new IllegalArgumentException(
            "a kind of failure in snapshot " + sequence
                + " is no word such as status_503, nor check_ and the name of a check");
      }
    }
    if (!isPossible(snapshot.getGenerator())) {
      throw new IllegalArgumentException(
          "what snapshot " + sequence + " says of its worker is negative, or more than all of its "
              + "machine");
    }
    try {
      var parts = new ArrayList<CheckedSnapshot.Part>();
      for (Series series : snapshot.getSeriesList()) {
        parts.add(part(series));
      }
      return new CheckedSnapshot(snapshot, parts, phases(snapshot, parts));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("in snapshot " + sequence + ", " + e.getMessage(), e);
    }
  }

  private static CheckedSnapshot.Phases phases(
      Snapshot snapshot, List<CheckedSnapshot.Part> parts) {
    var phases = new CheckedSnapshot.Phases(
        timesOrNone(snapshot.getConnectTime()), timesOrNone(snapshot.getTlsTime()),
        timesOrNone(snapshot.getTimeToFirstByte()));
    if (!isCount(phases.connectTime().total()) || !isCount(phases.tlsTime().total())) {
      throw new IllegalArgumentException(
          "a count of connections is not between 0 and " + MOST);
    }
    if (phases.timeToFirstByte().total() > parts.stream()
        .mapToLong(CheckedSnapshot.Part::count)
        .sum()) {
      throw new IllegalArgumentException("more answers have a first byte than requests ended");
    }
    return phases;
  }

  /** Empty bytes are no times: nothing of the kind occurred, or the worker was of an earlier version. */
  private static EncodedTimes timesOrNone(ByteString bytes) {
    return bytes.isEmpty() ? EncodedTimes.NONE : EncodedTimes.of(bytes);
  }

  /** By index, as there may be thousands in each snapshot and a list would box each of them. */
  private static boolean areIterations(Snapshot snapshot) {
    int begun = snapshot.getBegunLanesCount();
    boolean fit = begun == snapshot.getBegunIterationsCount();
    for (int i = 0; fit && i < begun; i++) {
      fit = snapshot.getBegunLanes(i) >= 0 && isCount(snapshot.getBegunIterations(i));
    }
    return fit;
  }

  private static boolean isPossible(Generator generator) {
    return LongStream.of(
        generator.getIntervalNanos(), generator.getCpuNanos(), generator.getCores(),
        generator.getLoopCpuNanos(), generator.getLoopWaitNanos(), generator.getLoopStallNanos(),
        generator.getProcessStallNanos(), generator.getLoopStalledNanos(),
        generator.getProcessStalledNanos(), generator.getGcNanos(), generator.getGcLongestNanos())
        .noneMatch(figure -> figure < 0)
        && IntStream.of(
            generator.getStealPerMille(), generator.getBusyPerMille(),
            generator.getOthersPerMille()).allMatch(share -> share >= 0 && share <= 1_000);
  }

  /**
   * What is wrong with {@code snapshot} in its run, as a sentence without a full stop. Without these
   * bounds one snapshot could make a run of as many empty ticks as there are numbers, and a worker could
   * name ever more series.
   *
   * @param ticks the most that the run can have
   * @param series all that its plan can have
   */
  public static Optional<String> problemOf(
      CheckedSnapshot snapshot, long ticks, Set<SeriesKey> series) {
    Snapshot message = snapshot.message();
    if (message.getTick() >= ticks || message.getSequence() > ticks) {
      return Optional.of(
          "tick " + message.getTick() + " in snapshot " + message.getSequence()
              + " is beyond the run, which has no more than " + ticks + " ticks");
    }
    for (CheckedSnapshot.Part part : snapshot.parts()) {
      if (!series.contains(part.key())) {
        return Optional.of(unplanned(part.key(), message));
      }
    }
    for (Failure failure : message.getFailuresList()) {
      var key = new SeriesKey(failure.getMethod(), failure.getName(), SeriesKey.Outcome.FAILED);
      if (!series.contains(key)) {
        return Optional.of(unplanned(key, message));
      }
    }
    return Optional.empty();
  }

  private static String unplanned(SeriesKey key, Snapshot in) {
    return key.method() + " " + key.name() + " in snapshot " + in.getSequence()
        + " is no request of the plan";
  }

  private static boolean isCount(long number) {
    return number >= 0 && number <= MOST;
  }

  private static CheckedSnapshot.Part part(Series series) {
    SeriesKey.Outcome outcome = switch (series.getOutcome()) {
      case OUTCOME_ANSWERED -> SeriesKey.Outcome.ANSWERED;
      case OUTCOME_FAILED -> SeriesKey.Outcome.FAILED;
      case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException(
          "a series has no outcome");
    };
    if (!isCount(series.getBodyBytes()) || !isCount(series.getCount())) {
      throw new IllegalArgumentException(
          "a count of " + series.getName() + " is not between 0 and " + MOST);
    }
    return new CheckedSnapshot.Part(
        new SeriesKey(series.getMethod(), series.getName(), outcome), series.getCount(),
        series.getBodyBytes(), times(series, series.getResponseTime()),
        outcome == SeriesKey.Outcome.ANSWERED
            ? times(series, series.getServiceTime())
            : timesOfSome(series, series.getServiceTime()),
        times(series, series.getScheduleLag()));
  }

  private static EncodedTimes times(Series series, ByteString bytes) {
    EncodedTimes times = EncodedTimes.of(bytes);
    if (times.total() != series.getCount()) {
      throw new IllegalArgumentException(
          "the histograms of " + series.getName() + " do not have " + series.getCount()
              + " requests each");
    }
    return times;
  }

  private static EncodedTimes timesOfSome(Series series, ByteString bytes) {
    EncodedTimes times = EncodedTimes.of(bytes);
    if (times.total() > series.getCount()) {
      throw new IllegalArgumentException(
          "a histogram of " + series.getName() + " has more than " + series.getCount()
              + " requests");
    }
    return times;
  }
}
