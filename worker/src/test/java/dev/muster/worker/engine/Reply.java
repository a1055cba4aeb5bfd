package dev.muster.worker.engine;

/** What a scripted target does with a request; times count from the request's begin. */
sealed interface Reply {

  record Answer(long afterNanos, int status) implements Reply {}

  record Failure(long afterNanos, FailureKind kind) implements Reply {}

  /** Fails before {@link Requester#send} returns. */
  record FailureAtOnce(FailureKind kind) implements Reply {}

  record Silence() implements Reply {}

  /** First a connection is opened, which takes a while; then {@code reply}, from then on. */
  record AfterConnect(long afterNanos, Reply reply) implements Reply {}

  static Reply ok(long afterMillis) {
    return new Answer(afterMillis * 1_000_000, 200);
  }
}
