package dev.muster.coordinator.rpc;

import dev.muster.coordinator.run.ClockEstimate;
import dev.muster.v1.JoinResponse;
import io.grpc.Status;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers that are joined now, in the order in which they came; each over one stream, its newest.
 * For the coordinator's thread.
 */
final class Roster {

  private static final Logger LOG = LoggerFactory.getLogger(Roster.class);
  private static final int CLOCK_PROBES_ON_JOIN = 8;

  /** For how long a leased machine may stay from each word on; it ends by itself when no more come. */
  static final Duration LEASE = Duration.ofMinutes(15);

  private final String storeId;
  private final Map<String, WorkerSession> sessions = new LinkedHashMap<>();
  private final int most;

  /** Of as many as may join, the newest. */
  private final SequencedMap<String, ClockEstimate> clocksOfLeft = new LinkedHashMap<>();

  /** Of those that have left as their machines are taken back, by name, when that is. */
  private final SequencedMap<String, Long> takenAway = new LinkedHashMap<>();

  /**
   * @param storeId of the store in which what workers deliver is kept
   * @param most workers at a time
   */
  Roster(String storeId, int most) {
    this.storeId = storeId;
    this.most = most;
  }

  /** Why there is no room for another worker; empty where there is, or it has a stream already. */
  Optional<Status> refusal(WorkerSession session) {
    return sessions.size() < most || sessions.containsKey(session.id())
        ? Optional.empty()
        : Optional.of(
            Status.FAILED_PRECONDITION.withDescription(
                "this coordinator takes " + most + " workers at a time, and so many have joined; "
                    + "start it with a larger --max-workers"));
  }

  /** Welcomes a worker over a new stream; an older one that is still open is closed. */
  void join(WorkerSession session) {
    WorkerSession before = sessions.put(session.id(), session);
    ClockEstimate known = before == null ? clocksOfLeft.remove(session.id()) : before.clock();
    if (before != null) {
      before.end(Status.ABORTED.withDescription("the worker has joined again over a new stream"));
    }
    if (known != null) {
      session.expectClock(known);
    }
    session.send(Messages.welcome(storeId));
    for (int i = 0; i < CLOCK_PROBES_ON_JOIN; i++) {
      session.probeClock();
    }
    letStay(session);
    LOG.info("Worker {} {}", session.name(), known == null ? "has joined" : "is back");
  }

  /** The stream has ended; its worker is gone, unless it has a newer one. */
  void leave(WorkerSession session) {
    if (sessions.remove(session.id(), session)) {
      if (session.takenUnixNanos() > 0) {
        takenAway.putLast(session.name(), session.takenUnixNanos());
        if (takenAway.size() > most) {
          takenAway.pollFirstEntry();
        }
      }
      clocksOfLeft.putLast(session.id(), session.clock());
      if (clocksOfLeft.size() > most) {
        clocksOfLeft.pollFirstEntry();
      }
      LOG.info("Worker {} has left", session.name());
    }
  }

  /** Sends to a worker; one that is not here gets nothing. */
  void send(String worker, JoinResponse message) {
    session(worker).ifPresent(session -> session.send(message));
  }

  Optional<WorkerSession> session(String worker) {
    return Optional.ofNullable(sessions.get(worker));
  }

  /** How many of them a run can count on: those who do not leave. */
  int size() {
    return (int) staying().count();
  }

  /** The names of those that a run can count on, by id. */
  SequencedMap<String, String> names() {
    var names = new LinkedHashMap<String, String>();
    staying().forEach(session -> names.put(session.id(), session.name()));
    return names;
  }

  private Stream<WorkerSession> staying() {
    return sessions.values().stream().filter(session -> !session.isLeaving());
  }

  /** All of them, whether they leave or not. */
  List<WorkerSession> joined() {
    return List.copyOf(sessions.values());
  }

  /** Those of a name, whether they leave or not. */
  List<WorkerSession> named(String name) {
    return sessions.values().stream().filter(session -> session.name().equals(name)).toList();
  }

  /**
   * Why a worker that is here would refuse a plan for {@code target}, as a sentence without a full stop;
   * empty where none would, as far as can be told from here.
   */
  Optional<String> refusal(URI target) {
    return sessions.values()
        .stream()
        .flatMap(
            session -> session.targets()
                .flatMap(allowed -> allowed.refusal(target, session.name()))
                .stream())
        .findFirst();
  }

  void probeClocks() {
    sessions.values().forEach(WorkerSession::probeClock);
  }

  /** Lets the machines stay that end by themselves if nobody does. */
  void letStay() {
    sessions.values().forEach(Roster::letStay);
  }

  private static void letStay(WorkerSession session) {
    if (session.isLeased()) {
      session.send(Messages.stay(LEASE));
    }
  }

  /** The names of those that have left as their machines are taken back, and when that is; the newest last. */
  SequencedMap<String, Long> takenAway() {
    return Collections.unmodifiableSequencedMap(takenAway);
  }

  /** Ends all streams; the workers will look for a coordinator again. */
  void close() {
    List.copyOf(sessions.values())
        .forEach(
            session -> session
                .end(Status.UNAVAILABLE.withDescription("the coordinator goes away")));
    sessions.clear();
  }
}
