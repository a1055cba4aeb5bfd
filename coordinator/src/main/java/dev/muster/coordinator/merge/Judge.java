package dev.muster.coordinator.merge;

import dev.muster.coordinator.merge.Verdict.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/** Says whether a run's result can be believed, from what was measured of the generator itself. */
public final class Judge {

  /** Above this a result says more about the generator than about the target. */
  private static final double INVALID_LAG_MS = 100;

  /** Above this the generator's own delay shows in the percentiles. */
  private static final double DEGRADED_LAG_MS = 20;

  /** Above this part of the arrivals, what was sent is not the load that was planned. */
  private static final double INVALID_DROPPED = 0.01;

  /** A count this many standard deviations off has a cause. */
  private static final double ODD_DEVIATIONS = 5;

  /**
   * What is judged.
   *
   * @param ledger of the run
   * @param scheduleLag of all its requests
   * @param noSocket requests that failed because this machine had no port or descriptor left
   * @param dropped arrivals that found as many users there as the plan allows
   * @param plannedArrivals how many arrivals the plan lets expect; 0 in the closed model
   * @param expectedRequests by the plan, at the time measured that a request keeps its user; not finite when
   *     unbounded
   * @param expectedSd its standard deviation
   * @param expectedLate what was to be expected of a generator that is as late as this one was, never more:
   *     in the closed model users that wait for it send less. Asked only where too few were sent, as it
   *     takes long to tell
   * @param lostWorkers their names
   * @param absences when workers were out of touch, those of lost ones included
   * @param stoppedAfterSeconds negative when the run went to its planned end
   * @param generators how each worker itself did
   */
  public record Evidence(
      Ledger ledger,
      LatencyStats scheduleLag,
      long noSocket,
      long dropped,
      double plannedArrivals,
      double expectedRequests,
      double expectedSd,
      DoubleSupplier expectedLate,
      List<String> lostWorkers,
      List<Disturbance> absences,
      double stoppedAfterSeconds,
      List<GeneratorEvidence> generators) {}

  private Judge() {}

  /** The verdict over {@code evidence}. */
  public static Verdict judge(Evidence evidence) {
    var invalid = new ArrayList<String>();
    var degraded = new ArrayList<String>();
    Ledger ledger = evidence.ledger();
    if (!ledger.balances()) {
      invalid.add(
          String.format(
              Locale.ROOT,
              "The ledger does not balance: %d sent, but %d answered, %d failed, %d in flight "
                  + "and %d lost.",
              ledger.sent(), ledger.answered(), ledger.failed(), ledger.inFlight(),
              ledger.lost()));
    }
    if (ledger.sent() == 0) {
      invalid.add("Nothing was sent.");
    }
    var generators = new GeneratorJudge(evidence.generators());
    double lag = evidence.scheduleLag().p99Ms();
    if (lag > DEGRADED_LAG_MS) {
      (lag > INVALID_LAG_MS ? invalid : degraded).add(
          String.format(
              Locale.ROOT,
              "The generator was late: 1 %% of the requests left %.0f ms or more after they were "
                  + "due. %s",
              lag,
              generators.isLimited()
                  ? "Its limit was the reason."
                  : generators.busyElsewhere()
                      ? generators.crowded()
                      : "Use more workers or less load on each."));
    }
    if (generators.isLimited()) {
      (lag > INVALID_LAG_MS ? invalid : degraded).add(generators.limited());
    }
    generators.judge(invalid, degraded);
    if (evidence.noSocket() > 0) {
      invalid.add(
          String.format(
              Locale.ROOT,
              "%d requests found no free port or descriptor on the generator's machine. Raise its "
                  + "limits or use more machines.",
              evidence.noSocket()));
    }
    if (evidence.dropped() > 0) {
      boolean many = evidence.dropped() > INVALID_DROPPED * evidence.plannedArrivals();
      (many ? invalid : degraded).add(
          String.format(
              Locale.ROOT,
              "%d of about %.0f arrivals were dropped, as max-users was reached. Raise it, or lower "
                  + "the rate.",
              evidence.dropped(), evidence.plannedArrivals()));
    }
    if (!evidence.lostWorkers().isEmpty()) {
      degraded.add(
          String.format(
              Locale.ROOT,
              "%s lost; the fate of up to %d requests is unknown.",
              wereNamed(evidence.lostWorkers()), ledger.lost()));
    }
    for (Disturbance absence : evidence.absences()) {
      if (!evidence.lostWorkers().contains(absence.worker())) {
        degraded.add(
            String.format(
                Locale.ROOT,
                "Worker %s was out of touch from second %d to %d: meanwhile its load was nobody's, and "
                    + "then may have been sent twice.",
                absence.worker(), absence.firstTick(), absence.lastTick() + 1));
      }
    }
    if (evidence.stoppedAfterSeconds() >= 0) {
      degraded.add(String.format(Locale.ROOT, "It was stopped after %.0f s.",
          evidence.stoppedAfterSeconds()));
    } else if (evidence.lostWorkers().isEmpty() && evidence.absences().isEmpty()
        && isOdd(evidence)) {
      degraded.add(
          String.format(
              Locale.ROOT,
              "%d requests were sent where %.0f ± %.0f were to be expected.",
              ledger.sent(), evidence.expectedRequests(), evidence.expectedSd()));
    }
    State state = !invalid.isEmpty()
        ? State.INVALID
        : degraded.isEmpty() ? State.VALID : State.DEGRADED;
    invalid.addAll(degraded);
    return new Verdict(state, invalid);
  }

  private static String wereNamed(List<String> workers) {
    if (workers.size() == 1) {
      return "Worker " + workers.getFirst() + " was";
    }
    return "Workers " + String.join(", ", workers.subList(0, workers.size() - 1)) + " and "
        + workers.getLast() + " were";
  }

  /**
   * Whether the number of requests has a cause other than chance. The expectation takes one answer
   * time for all requests; where many failed or answers took long, it is not sharp enough to judge
   * by, so a part of a percent is always let pass. Arrivals that were dropped are told of by themselves,
   * and so is a generator that is late.
   */
  private static boolean isOdd(Evidence evidence) {
    double expected = evidence.expectedRequests();
    double tolerance = ODD_DEVIATIONS * evidence.expectedSd() + 0.005 * expected;
    long sent = evidence.ledger().sent();
    return evidence.ledger().failed() == 0
        && evidence.dropped() == 0
        && Double.isFinite(expected)
        && (sent > expected + tolerance
            || (sent < expected - tolerance
                && sent < evidence.expectedLate().getAsDouble() - tolerance));
  }
}
