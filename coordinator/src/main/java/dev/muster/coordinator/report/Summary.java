package dev.muster.coordinator.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.muster.coordinator.merge.GeneratorFigures;
import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.coordinator.merge.Ledger;
import dev.muster.coordinator.merge.Verdict;
import dev.muster.plan.load.LoadSize;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run in numbers; the content of {@code summary.json}, field for field.
 *
 * @param run the run's name, such as {@code three_tier_50}
 * @param users the most users that it had by plan, in the closed model; absent in the open one
 * @param rate its arrivals per second by plan, in the open model; absent in the closed one
 * @param seed of the plan
 * @param target the plan's target
 * @param startedAt the start instant, ISO 8601 in UTC
 * @param durationSeconds the load's planned length
 * @param verdict whether to believe the rest
 * @param expected how many requests the plan lets expect, at the mean time measured that a request keeps
 *     its user, connecting included
 * @param ledger where every request has gone
 * @param dropped arrivals that found as many users there as the plan allows, and sent nothing
 * @param responseTime from due to end, of all requests that ended, answered or failed
 * @param serviceTime from the instant its first byte was written to its end, of all requests that were
 *     written
 * @param scheduleLag from due to the begin of work on it: the generator's own delay
 * @param connectTime from the begin of a connection until TCP had opened it, of each that was opened
 * @param tlsTime from there to the end of the handshake, of each that succeeded
 * @param timeToFirstByte from written to the first byte of the answer, of each request that was answered,
 *     rightly or not; this and the two before have no times in summaries of earlier versions
 * @param requestsPerSecond requests ended, per second from the start instant to the last end of tick in which
 *     one ended
 * @param workers who sent it
 * @param series by request and outcome
 * @param failures by request and kind
 * @param disturbances the ticks in which a worker's own troubles may be in the times measured, by worker,
 *     cause and time; empty in summaries of earlier versions
 * @param events what somebody did to the run while it was on, and what happened to it, in order; empty in
 *     summaries of earlier versions
 * @param cost of the machines of its workers, from the start instant to the last end of tick in which a
 *     request ended; absent where nobody has told the coordinator of any, and in summaries of earlier
 *     versions
 */
public record Summary(
    String run,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer users,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable BigDecimal rate,
    long seed,
    String target,
    String startedAt,
    double durationSeconds,
    Verdict verdict,
    Expected expected,
    Ledger ledger,
    long dropped,
    LatencyStats responseTime,
    LatencyStats serviceTime,
    LatencyStats scheduleLag,
    LatencyStats connectTime,
    LatencyStats tlsTime,
    LatencyStats timeToFirstByte,
    double requestsPerSecond,
    List<Worker> workers,
    List<Series> series,
    List<Failure> failures,
    List<Disturbed> disturbances,
    List<Event> events,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Cost cost) {

  public Summary {
    workers = List.copyOf(workers);
    series = List.copyOf(series);
    failures = List.copyOf(failures);
    // Files of earlier versions have none.
    connectTime = connectTime == null ? LatencyStats.NONE : connectTime;
    tlsTime = tlsTime == null ? LatencyStats.NONE : tlsTime;
    timeToFirstByte = timeToFirstByte == null ? LatencyStats.NONE : timeToFirstByte;
    disturbances = disturbances == null ? List.of() : List.copyOf(disturbances);
    events = events == null ? List.of() : List.copyOf(events);
  }

  /**
   * How large its load was by plan.
   *
   * @throws NullPointerException if it has neither users nor a rate
   */
  public LoadSize size() {
    return users != null
        ? new LoadSize.Users(users)
        : new LoadSize.ArrivalRate(Objects.requireNonNull(rate));
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
   * @param users lanes that it owned: users, or in the open model streams of arrivals
   * @param lostContact whether it was declared lost
   * @param generator how it did itself; null where it told nothing, and in summaries of earlier versions
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
      LatencyStats scheduleLag,
      @Nullable GeneratorFigures generator) {}

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

  /**
   * Ticks on end in which one thing disturbed a worker. Tick k is the second from k to k + 1 after the
   * start.
   *
   * @param worker its name
   * @param cause {@code cpu}: an event loop wanted a whole core; {@code steal}: the machine's hypervisor
   *     gave its cores to others; {@code gc}: it stood still to collect garbage; {@code stall}: it stood
   *     still for another reason; {@code lag}: requests left late; {@code absent}: the coordinator had lost
   *     touch with it, so that its load was nobody's, or sent twice
   * @param firstTick the first of these ticks
   * @param lastTick the last of them
   * @param longestMs of the longest stall, pause or lag; for cpu and steal of the most in a second; for
   *     absent all these seconds
   * @param totalMs of all stalls of 20 ms or more, pauses and lags of these ticks together; for cpu and
   *     steal of all these seconds
   */
  public record Disturbed(
      String worker,
      String cause,
      long firstTick,
      long lastTick,
      double longestMs,
      double totalMs) {}

  /**
   * Something that somebody did to the run while it was on, or that happened to it.
   *
   * @param second from when on it held, in seconds since the start
   * @param what such as {@code scaled to 200 users}, {@code paused}, {@code resumed}, {@code stopped} or
   *     {@code stopped at once}; of what happened a sentence that begins small, without a full stop, such as
   *     {@code fleet workers has reached its ceiling of 5.00 USD: its workers leave}
   */
  public record Event(double second, String what) {}

  /**
   * What machines cost.
   *
   * @param usd in US dollars, for the time that they were there; without the minute that EC2 bills at least
   * @param usdPerMillionAnswered for a million requests that were answered; null where none was
   * @param incomplete whether there are machines, or workers, whose price is not known
   */
  public record Cost(
      BigDecimal usd, @Nullable BigDecimal usdPerMillionAnswered, boolean incomplete) {}
}
