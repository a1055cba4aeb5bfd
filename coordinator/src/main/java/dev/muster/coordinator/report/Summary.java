package dev.muster.coordinator.report;

import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.coordinator.merge.Ledger;
import dev.muster.coordinator.merge.Verdict;
import java.util.List;

/**
 * A run in numbers; the content of {@code summary.json}, field for field.
 *
 * @param run the run's name, such as {@code three_tier_50}
 * @param users the most users that it had by plan
 * @param seed of the plan
 * @param target the plan's target
 * @param startedAt the start instant, ISO 8601 in UTC
 * @param durationSeconds the load's planned length
 * @param verdict whether to believe the rest
 * @param expected how many requests the plan lets expect, at the mean service time measured
 * @param ledger where every request has gone
 * @param responseTime from due to end, of all requests that ended, answered or failed
 * @param serviceTime from the begin of work on a request to its end
 * @param scheduleLag from due to the begin of work on it: the generator's own delay
 * @param requestsPerSecond requests ended, per second from the start instant to the last end of tick in which
 *     one ended
 * @param workers who sent it
 * @param series by request and outcome
 * @param failures by request and kind
 */
public record Summary(
    String run,
    int users,
    long seed,
    String target,
    String startedAt,
    double durationSeconds,
    Verdict verdict,
    Expected expected,
    Ledger ledger,
    LatencyStats responseTime,
    LatencyStats serviceTime,
    LatencyStats scheduleLag,
    double requestsPerSecond,
    List<Worker> workers,
    List<Series> series,
    List<Failure> failures) {

  public Summary {
    workers = List.copyOf(workers);
    series = List.copyOf(series);
    failures = List.copyOf(failures);
  }

  /**
   * The number of requests to expect.
   *
   * @param requests the expected number, at least 0 and finite
   * @param sd its standard deviation over seeds, at least 0 and finite
   */
  public record Expected(double requests, double sd) {

    public Expected {
      // JSON has no other numbers, and the file is written when nothing can be asked any more.
      if (!(requests >= 0 && requests <= Double.MAX_VALUE && sd >= 0 && sd <= Double.MAX_VALUE)) {
        throw new IllegalArgumentException("expected " + requests + " ± " + sd);
      }
    }
  }

  /**
   * A worker's part.
   *
   * @param id chosen by the worker process
   * @param name what people call it
   * @param users lanes that it owned
   * @param lostContact whether it was declared lost
   */
  public record Worker(
      String id,
      String name,
      int users,
      long sent,
      long answered,
      long failed,
      long inFlight,
      long lost,
      boolean lostContact,
      LatencyStats scheduleLag) {}

  /**
   * A request's answers, or its failures.
   *
   * @param name the request's name in the plan
   * @param method its HTTP method
   * @param outcome {@code answered} or {@code failed}
   * @param bodyBytes received in response bodies
   */
  public record Series(
      String name,
      String method,
      String outcome,
      long bodyBytes,
      LatencyStats responseTime,
      LatencyStats serviceTime,
      LatencyStats scheduleLag) {}

  /**
   * Failures of one kind.
   *
   * @param kind one word, such as {@code refused}, {@code timeout} or {@code status_503}
   * @param name the request's name in the plan
   */
  public record Failure(String kind, String name, String method, long count) {}
}
